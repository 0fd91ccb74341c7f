import { expect, test } from "@jest/globals";
import type { MemberActor } from "../../kernel/actor.js";
import type { Stream } from "../../streams/conflating-queue.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import { Subscription } from "./subscriptions.js";
import type { Audience, Topic } from "./topic.js";
import { FairScheduler } from "./fair-scheduler.js";

const count = 100;

/** Events that are all there, as those of a log in memory. */
async function* events(): AsyncGenerator<StreamEvent, undefined> {
  for (let place = 1; place <= count; place++) yield await Promise.resolve({ cursor: String(place) });
  return undefined;
}

function reader(turns: FairScheduler, bytes: number): Subscription {
  const topic = {
    show: ({ cursor }: StreamEvent, to: Audience) =>
      to.show({ jsonAndBrace: Buffer.alloc(bytes), cursor, onlyFor: undefined }),
  };
  return new Subscription(
    events() as Stream<StreamEvent>,
    topic as unknown as Topic,
    {} as MemberActor,
    turns,
    () => undefined,
  );
}

test("readers of what is in memory go on by turns, and everything else goes on between them", async () => {
  const turns = new FairScheduler();
  const given = Array.from({ length: 30 }, () => 0);
  let others = 0;
  const other = (): void => {
    others++;
    if (given.some((each) => each < count)) setImmediate(other);
  };
  setImmediate(other);
  let furthestApart = 0;
  await Promise.all(
    given.map((_, who) =>
      reader(turns, 70_000).deliver(() => {
        given[who]!++;
        furthestApart = Math.max(furthestApart, Math.max(...given) - Math.min(...given));
        return true;
      }),
    ),
  );
  expect(given).toEqual(given.map(() => count));
  expect(furthestApart).toBeLessThanOrEqual(2);
  expect(others).toBeGreaterThan(count);
});

test("short events wait for nobody's turn", async () => {
  const turns = new FairScheduler();
  let asked = 0;
  turns.next = () => Promise.resolve(void asked++);
  await reader(turns, 300).deliver(() => true);
  expect(asked).toBe(0);
});
