import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { App } from "../../delivery/app/app.entity.js";
import { Release } from "../../delivery/release/release.entity.js";
import { notRejected, Rollout } from "../../delivery/rollout/rollout.entity.js";
import { versionOf } from "../template/template-set.js";
import type { Template, TemplateVersion } from "../template-source/template.entity.js";
import type { TemplateRolloutApp } from "./template-rollout.entity.js";
import type { ObservedApp, ObservedRollout } from "./template-rollout.rules.js";

/** The version that a template rollout publishes. */
export interface PublishedVersion {
  readonly template: Template;
  readonly version: TemplateVersion;
}

/** An app and its rollouts, as one transaction reads them. */
export interface AppSnapshot extends ObservedApp {
  readonly app: App;
  /** The release that was deployed last. */
  readonly release: Release;
}

/** Reads one app of a template rollout. Every such app was deployed before. */
export async function readAppSnapshot(
  em: SqlEntityManager,
  { appId, releaseId }: Pick<TemplateRolloutApp, "appId" | "releaseId">,
  { template, version }: PublishedVersion,
): Promise<AppSnapshot> {
  const app = await em.findOneOrFail(App, appId);
  const newestFirst = { orderBy: { id: "desc" } } as const;
  const newest = await em.findOneOrFail(Rollout, { $and: [{ appId }, notRejected] }, newestFirst);
  const own = releaseId ? await em.findOne(Rollout, { releaseId }, newestFirst) : null;
  const seen = async (rollout: Rollout): Promise<ObservedRollout> => {
    const { id, number, phase, condition } = rollout;
    const { templateVersions } = await em.findOneOrFail(Release, rollout.releaseId);
    const carries = templateVersions[template.kind] === versionOf(version.source);
    return { id, number, phase, releaseId: rollout.releaseId, carries, reason: condition?.message };
  };
  return {
    app,
    release: await em.findOneOrFail(Release, newest.releaseId),
    isRetired: app.phase === "RETIRED",
    isHeld: Boolean(app.heldByRolloutId),
    newest: await seen(newest),
    own: own ? await seen(own) : undefined,
  };
}
