import type { NewId } from "../../../kernel/ids.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Release } from "../release/release.entity.js";
import { Rollout, type RolloutCause } from "./rollout.entity.js";
import { startRollout } from "./start-rollout.js";

/** Failed rollouts of these causes are not rolled back: an older release would fail too. */
const neverRolledBack: ReadonlySet<RolloutCause> = new Set(["AUTOMATIC_ROLL_BACK", "DRIFT_REPAIR"]);

/** After a failed rollout: starts a rollout of the release that succeeded last, if it is another one. */
export async function rollBackAutomatically(
  unit: UnitOfWork,
  failed: Rollout,
  { newId, now }: { readonly newId: NewId; readonly now: Date },
): Promise<void> {
  if (neverRolledBack.has(failed.cause)) return;
  const succeeded = await unit.em.findOne(
    Rollout,
    { appId: failed.appId, phase: "SUCCEEDED", releaseId: { $ne: failed.releaseId } },
    { orderBy: { id: "desc" } },
  );
  if (!succeeded) return;
  await unit.em.flush();
  const release = await unit.em.findOneOrFail(Release, succeeded.releaseId);
  await startRollout(unit, { release, cause: "AUTOMATIC_ROLL_BACK", requestedBy: null, newId, now });
}
