import { areas } from "../../src/compose/areas.js";
import type { ServerDependencies } from "../../src/compose/server-dependencies.js";
import type { AreaOperations, AreaWork } from "../../src/features/foundation/area.js";

/** Stands for any dependency: each of its properties, and what it returns, is itself. */
const unconnected: unknown = new Proxy(() => undefined, {
  get: (_target, property): unknown => (property === Symbol.toPrimitive ? () => "" : unconnected),
  apply: () => unconnected,
});
const spread = new Proxy({}, { get: () => unconnected }) as ServerDependencies;

/** What the areas hand over, built without a database or an upstream: enough to see that all of it is there. */
export const unconnectedOperations = (): AreaOperations[] => areas.map((area) => area.operations(spread));
export const unconnectedWork = (): AreaWork[] => areas.flatMap((area) => area.work?.(spread) ?? []);
