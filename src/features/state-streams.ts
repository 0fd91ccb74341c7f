import type { EntityName, FilterQuery, SqlEntityManager } from "@mikro-orm/postgresql";
import type { Wakeups } from "../kernel/wakeups.js";
import { Latest } from "../streams/latest.js";
import { SharedSource } from "../streams/shared-source.js";

/**
 * The states of entities as they change: per entity one read per change and process, whoever many listen.
 * A subscriber gets the state now, every newer one (only the newest, if it is slow), and the end when `isLast` says so.
 */
export function entityStates<T extends { id: string; version: number }>(
  fork: () => SqlEntityManager,
  wakeups: Wakeups,
  { entity, topic, isLast }: { entity: EntityName<T>; topic: string; isLast: (state: T) => boolean },
): SharedSource<T> {
  return new SharedSource<T>((id, outlet) => {
    let seen = 0;
    const latest = new Latest(async () => {
      const state = await fork().findOne(entity, { id } as unknown as FilterQuery<T>);
      if (!state) return outlet.end();
      if (state.version !== seen) outlet.put(state);
      seen = state.version;
      if (isLast(state)) outlet.end();
    });
    const unlisten = wakeups.on(topic, (key) => {
      if (key === undefined || key === id) latest.nudge();
    });
    latest.nudge();
    return () => {
      unlisten();
      latest.stop();
    };
  });
}
