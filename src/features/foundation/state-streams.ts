import type { EntityName, FilterQuery, SqlEntityManager } from "@mikro-orm/postgresql";
import { InvalidInput } from "../../kernel/errors.js";
import { decodeCursor, encodeCursor } from "../../kernel/page.js";
import type { PubSub } from "../../kernel/pub-sub.js";
import { CoalescedTask } from "../../streams/coalesced-task.js";
import type { Stream } from "../../streams/conflating-queue.js";
import { RefCountedSource } from "../../streams/ref-counted-source.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import type { TopicName } from "./registry.js";

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** An entity after a change. Its cursor names the entity and its version. */
export interface StateEvent<T> extends StreamEvent {
  readonly state: T;
}

/** The state that a reader received last. */
export type StatePosition = Versioned;

/** The content of a state's cursor; throws INVALID_INPUT for an invalid one. */
export function statePosition(cursor: string | null | undefined): StatePosition | undefined {
  const [id, version] = decodeCursor(cursor, 2) ?? [];
  if (id === undefined || version === undefined) return undefined;
  if (!/^\d{1,9}$/.test(version)) throw notOfThisStream();
  return { id, version: Number(version) };
}

export const notOfThisStream = (): InvalidInput =>
  new InvalidInput([{ path: "after", message: "Use a cursor that this stream gave you." }]);

/**
 * The states of entities as they change: one read per change, entity and process, however many subscribers there are.
 */
export class EntityStates<T extends Versioned> {
  private readonly source: RefCountedSource<StateEvent<T>>;

  constructor(
    fork: () => SqlEntityManager,
    pubSub: PubSub,
    { entity, topic, isLast }: { entity: EntityName<T>; topic: TopicName; isLast: (state: T) => boolean },
  ) {
    this.source = new RefCountedSource((id, outlet) => {
      let seen = 0;
      const latest = new CoalescedTask(
        async () => {
          const state = await fork().findOne(entity, { id } as unknown as FilterQuery<T>);
          if (!state) return outlet.complete();
          const { version } = state;
          if (version !== seen) outlet.next({ cursor: encodeCursor([id, String(version)]), state });
          seen = version;
          if (isLast(state)) outlet.complete();
        },
        (cause) => outlet.error(cause),
      );
      const unlisten = pubSub.subscribe(topic, (key) => {
        if (key === undefined || key === id) latest.trigger();
      });
      latest.trigger();
      return () => {
        unlisten();
        latest.stop();
      };
    });
  }

  /**
   * The present state, every newer one (only the newest, for a slow reader), and the end after the last. With a
   * position: only newer states, and only the end when there will be none.
   */
  follow(now: T, after: StatePosition | undefined): Stream<StateEvent<T>> {
    if (!after) return this.source.subscribe(now.id);
    if (after.id !== now.id || after.version > now.version) throw notOfThisStream();
    return this.source.subscribe(now.id, ({ state }) => state.version <= after.version);
  }
}
