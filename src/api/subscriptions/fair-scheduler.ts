/** Readers that go on between two looks at everything else that waits, which takes them about half a millisecond. */
const readersAtOnce = 8;

/**
 * Lets readers whose events are in memory go on by turns, a few at a time. Without it each of them would be given all
 * that its connection takes, which is megabytes, and new connections and questions would wait for all of them.
 */
export class FairScheduler {
  private waiting: (() => void)[] = [];

  /** Resolves when it is this reader's turn, in the order of asking. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.waiting.push(resolve) === 1) setImmediate(this.give);
    });
  }

  private readonly give = (): void => {
    for (const goOn of this.waiting.splice(0, readersAtOnce)) goOn();
    if (this.waiting.length > 0) setImmediate(this.give);
  };
}
