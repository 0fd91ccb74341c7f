import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { notRejected, Rollout } from "./rollout.entity.js";

/** The rollout that says what the cluster should hold of an app: the newest that was not turned down. */
export const findCurrentRollout = (em: SqlEntityManager, appId: string): Promise<Rollout | null> =>
  em.findOne(Rollout, { $and: [{ appId }, notRejected] }, { orderBy: { id: "desc" } });

/** Whether the cluster held all of a rollout once, and nothing was tried since. */
export async function isInPlace(em: SqlEntityManager, { id, appId, appliedAt }: Rollout): Promise<boolean> {
  return appliedAt !== null && (await em.count(Rollout, { appId, id: { $gt: id } })) === 0;
}
