import { journalSubject, type App } from "./app.entity.js";
import type { UnitOfWork } from "../../foundation/mutations.js";

/*
 * Who goes back does not want to be overtaken by a build that was begun before. Both write past the entity: neither is
 * an edit, and `version` stays.
 */

/** The roll-back that suspends automatic deployment. */
interface HoldingRollout {
  readonly id: string;
  readonly number: number;
  readonly cause: string;
}

/** From here on builds make releases that are not put live by themselves, until a person changes the app. */
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

/** A person has changed the app: what is built from now on is put live again. What was begun before the roll-back is not. */
export async function resumeAutoDeploy(unit: UnitOfWork, app: App): Promise<void> {
  const [held] = await unit.em.execute<{ id: string }[]>(
    `update app set held_by_rollout_id = null where id = ? and held_by_rollout_id is not null returning id`,
    [app.id],
  );
  if (held) await recordResumed(unit, app);
}

/** As if nobody had gone back: what was begun before goes live too when it is ready. False when nothing was held. */
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
  // Not before what was changed in it is written.
  await unit.em.flush();
  await unit.em.refresh(app);
  await unit.record({ event: "releases.resumed", ...journalSubject(app), data: { app: app.name } });
  await unit.notify("app", app.id);
}
