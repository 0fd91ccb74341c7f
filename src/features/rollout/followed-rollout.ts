import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { notTurnedDown, Rollout } from "./rollout.entity.js";

/** The rollout that says what the cluster should hold of an app: the newest that was not turned down. */
export const followedRollout = (em: SqlEntityManager, appId: string): Promise<Rollout | null> =>
  em.findOne(Rollout, { $and: [{ appId }, notTurnedDown] }, { orderBy: { id: "desc" } });
