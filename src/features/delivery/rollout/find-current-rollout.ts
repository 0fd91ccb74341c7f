import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { notRejected, Rollout } from "./rollout.entity.js";

/** The rollout whose release the cluster should hold: the newest one that was not rejected. */
export const findCurrentRollout = (em: SqlEntityManager, appId: string): Promise<Rollout | null> =>
  em.findOne(Rollout, { $and: [{ appId }, notRejected] }, { orderBy: { id: "desc" } });

/** Whether all objects of the rollout were applied, and no rollout was started since. */
export async function isInPlace(em: SqlEntityManager, { id, appId, appliedAt }: Rollout): Promise<boolean> {
  return appliedAt !== null && (await em.count(Rollout, { appId, id: { $gt: id } })) === 0;
}
