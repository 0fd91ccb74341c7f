import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { IllegalState, NotFound } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import { App, scopeOf } from "../app/app.entity.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import type { Plan } from "./plan.entity.js";
import type { JournalEventName } from "../../foundation/registry.js";

/** The timeout of all calls to the cluster for one plan. */
export const planTimeoutMs = 20_000;

/** The app, if the actor has the permission and the app is not retired. */
export async function requirePlannable(
  em: SqlEntityManager,
  policy: Policy,
  actor: Actor,
  permission: "release:plan" | "release:apply",
  id: string,
): Promise<App> {
  const app = await em.findOne(App, id);
  if (!app) throw new NotFound("app", id);
  policy.require(actor, permission, scopeOf(app));
  if (app.phase === "RETIRED") throw new IllegalState("The app is retired.", { phase: app.phase });
  return app;
}

/** Records that a plan was made or applied. */
export async function recordPlan(unit: UnitOfWork, app: App, plan: Plan, event: JournalEventName): Promise<void> {
  const { id: subjectId, hash, releaseId, releaseNumber } = plan;
  await unit.em.flush();
  await unit.record({
    event,
    subjectId,
    namespaceId: app.namespaceId,
    appId: app.id,
    data: { app: app.name, hash, release: releaseId ? releaseNumber : null },
  });
  await unit.notify("app", app.id);
}
