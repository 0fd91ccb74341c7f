import { setTimeout as pause } from "node:timers/promises";
import type { Bill } from "../features/context.js";
import { PacedWork } from "./paced-work.js";

/** Operations that cost more keep the event loop busy for 10 to 50 ms. */
const dearCost = 1_000;
/** What takes longer than this waits for something else, and keeps no others waiting. */
const turnMs = 1_000;

/** Executes operations that cost much one after the other, so that twenty at once delay others no more than one does. */
export class DearOperations {
  private readonly paced = new PacedWork();

  /** Resolves with what `execute` gives, and rejects with what it throws. */
  async run<T>(bill: Bill | undefined, execute: () => T | Promise<T>): Promise<T> {
    if ((bill?.cost ?? 0) <= dearCost) return execute();
    let executed: Promise<T> | undefined;
    await this.paced.run(() => {
      executed = Promise.resolve(execute());
      const over = executed.then(
        () => undefined,
        () => undefined,
      );
      return Promise.race([over, pause(turnMs, undefined, { ref: false })]);
    });
    return executed!;
  }
}
