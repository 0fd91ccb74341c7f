import type { NewId } from "../../../kernel/ids.js";
import { nextNumber } from "../app/app-numbers.js";
import { App } from "../app/app.entity.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Release } from "../release/release.entity.js";
import { suspendAutoDeploy, resumeAutoDeploy } from "../app/auto-deploy.js";
import { endRollout } from "./end-rollout.js";
import { noProgress, Rollout, type RolloutCause } from "./rollout.entity.js";

/** Starts a rollout of a release. It supersedes older rollouts that are not over. */
export async function startRollout(
  unit: UnitOfWork,
  {
    release,
    cause,
    requestedBy,
    newId,
    now,
  }: { release: Release; cause: RolloutCause; requestedBy: string | null; newId: NewId; now: Date },
): Promise<Rollout> {
  const number = await nextNumber(unit.em, release.appId, "rollout");
  const app = await unit.em.findOneOrFail(App, release.appId);
  const before = await releaseOfNewest(unit, app.id);
  const open = await unit.em.find(Rollout, { appId: app.id, phase: { $in: ["PENDING", "PROGRESSING"] } });
  for (const older of open) await endRollout(unit, older, "SUPERSEDED", now);
  const rollout = unit.em.create(Rollout, {
    id: newId("Rollout"),
    appId: app.id,
    namespaceId: app.namespaceId,
    releaseId: release.id,
    number,
    cause,
    requestedBy,
    progress: noProgress,
  });
  if (cause === "ROLL_BACK" && before && before.number < release.number) await resumeAutoDeploy(unit, app);
  else if (cause === "ROLL_BACK" || cause === "AUTOMATIC_ROLL_BACK") await suspendAutoDeploy(unit, app, rollout);
  await unit.record({
    event: "rollout.started",
    subjectId: rollout.id,
    namespaceId: app.namespaceId,
    appId: app.id,
    data: { app: app.name, number: rollout.number, release: release.number, cause },
  });
  await unit.enqueue({ kind: "app", key: app.id });
  await unit.notify("app", app.id);
  return rollout;
}

/** The release of the newest rollout. */
async function releaseOfNewest({ em }: UnitOfWork, appId: string): Promise<Release | null> {
  const rollout = await em.findOne(Rollout, { appId }, { orderBy: { id: "desc" } });
  return rollout && em.findOne(Release, rollout.releaseId);
}
