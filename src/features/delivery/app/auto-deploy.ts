import { journalSubject, type App } from "./app.entity.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";

/*
 * A roll-back suspends automatic deployment, so that a build that was started before it cannot replace its release.
 * These functions update the row directly, because none of them is an edit that would change the app's `version`.
 */

/** The roll-back that suspends automatic deployment. */
interface HoldingRollout {
  readonly id: string;
  readonly number: number;
  readonly cause: string;
}

/** Suspends automatic deployment until a person changes the app. */
export async function suspendAutoDeploy(unit: UnitOfWork, app: App, rollout: HoldingRollout): Promise<void> {
  await unit.em.flush();
  await unit.em.execute(`update app set held_by_rollout_id = ?, held_build_number = last_build_number where id = ?`, [
    rollout.id,
    app.id,
  ]);
  await unit.record({
    event: "releases.suspended",
    ...journalSubject(app),
    data: { app: app.name, rollout: rollout.number, cause: rollout.cause },
  });
}

/** Resumes automatic deployment for builds that are started from now on, after a person changed the app. */
export async function resumeAutoDeploy(unit: UnitOfWork, app: App): Promise<void> {
  const [held] = await unit.em.execute<{ id: string }[]>(
    `update app set held_by_rollout_id = null where id = ? and held_by_rollout_id is not null returning id`,
    [app.id],
  );
  if (held) await recordResumed(unit, app);
}

/** Resumes automatic deployment for all builds, also those from before the roll-back. False when it was not suspended. */
export async function resetAutoDeploy(unit: UnitOfWork, app: App): Promise<boolean> {
  const [held] = await unit.em.execute<{ id: string }[]>(
    `update app set held_by_rollout_id = null, held_build_number = 0
      where id = ? and (held_by_rollout_id is not null or held_build_number > 0) returning id`,
    [app.id],
  );
  if (held) await recordResumed(unit, app);
  return held !== undefined;
}

async function recordResumed(unit: UnitOfWork, app: App): Promise<void> {
  // A refresh would discard changes of the entity that are not flushed.
  await unit.em.flush();
  await unit.em.refresh(app);
  await unit.record({ event: "releases.resumed", ...journalSubject(app), data: { app: app.name } });
  await unit.notify("app", app.id);
}
