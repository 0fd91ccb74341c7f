import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { RenderingError } from "../../../rendering/rendering-error.js";
import type { Clock } from "../../../kernel/clock.js";
import type { AppManifests } from "../../delivery/app/app-manifests.js";
import { AppRevision, provisionedSql } from "../../delivery/app/app.entity.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { conditionAfter, conditionOf } from "../../foundation/condition.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { objectChanges } from "../../delivery/object-change/object-changes.js";
import type { EffectiveTemplates } from "../template/effective-templates.js";
import { enqueueAffected } from "../template-source/enqueue-affected.js";
import { TemplateStage } from "../template-source/template-stage.entity.js";
import { TemplateVersion } from "../template-source/template.entity.js";
import { readAppSnapshot, type PublishedVersion, type AppSnapshot } from "./app-snapshot.js";
import { TemplateRolloutApp, type TemplateRollout } from "./template-rollout.entity.js";
import { judgeReleasing, judgeWaiting, type AppOutcome } from "./template-rollout.rules.js";
import type { JournalEventName } from "../../foundation/registry.js";

/** The number of apps that are checked in one transaction; most are found unchanged. */
const pageSize = 20;

/** Advances a template rollout by one step. */
export class TemplateRolloutAdvance {
  constructor(
    private readonly templates: EffectiveTemplates,
    private readonly manifests: AppManifests,
    private readonly clock: Clock,
  ) {}

  /** Checks apps in progress first, so that a failure stops the rollout before another app is changed. */
  async step(unit: UnitOfWork, publication: TemplateRollout, published: PublishedVersion): Promise<void> {
    const { em } = unit;
    const releasing = await em.find(TemplateRolloutApp, { publicationId: publication.id, phase: "RELEASING" });
    for (const each of releasing)
      applyOutcome(each, judgeReleasing(each, await readAppSnapshot(em, each, published)), this.clock.now());
    if (await this.stops(unit, publication)) return;
    const free = publication.atOnce - releasing.filter(({ phase }) => phase === "RELEASING").length;
    await this.take(unit, publication, published, free);
    if (await this.stops(unit, publication)) return;
    const left = { publicationId: publication.id, phase: { $in: ["WAITING", "RELEASING"] as const } };
    if ((await em.count(TemplateRolloutApp, left)) > 0) return;
    if (publication.isEverywhere()) await this.finish(unit, publication);
    else await this.begin(unit, publication, published);
  }

  /** Requests releases for apps that the version changes, up to the limit of apps in progress. */
  private async take(
    unit: UnitOfWork,
    publication: TemplateRollout,
    published: PublishedVersion,
    free: number,
  ): Promise<void> {
    const { em } = unit;
    const ids = await em.execute<{ app_id: string }[]>(
      `select app_id from publication_app w where publication_id = ? and phase = 'WAITING' and not exists (
         select 1 from rollout r where r.app_id = w.app_id and r.phase in ('PENDING', 'PROGRESSING')) order by 1 limit ?`,
      [publication.id, pageSize],
    );
    let left = free;
    for (const { app_id: appId } of ids) {
      if (left <= 0) return;
      const each = await em.findOneOrFail(TemplateRolloutApp, { publicationId: publication.id, appId });
      const snapshot = await readAppSnapshot(em, each, published);
      const outcome = judgeWaiting(snapshot);
      const judged = outcome === "READY" ? await this.compare(em, publication, published, snapshot) : outcome;
      applyOutcome(each, judged, this.clock.now());
      if (each.phase !== "RELEASING") continue;
      left--;
      each.formerReleaseId ??= snapshot.release.id;
      each.wantsRelease = true;
      await unit.enqueue({ kind: "release", key: appId });
    }
  }

  /** Whether the version by itself changes the live release; other pending changes are no reason for a release. */
  private async compare(
    em: SqlEntityManager,
    { formerVersionId }: TemplateRollout,
    { template, version }: PublishedVersion,
    { app, release }: AppSnapshot,
  ): Promise<AppOutcome> {
    const former = formerVersionId ? (await em.findOneOrFail(TemplateVersion, formerVersionId)).source : null;
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    const { spec } = await em.findOneOrFail(AppRevision, release.revisionId);
    try {
      const place = { namespaceId: app.namespaceId, appId: app.id };
      const sets = await this.templates.withSources(em, place, template, [former, version.source]);
      const [before, after] = sets.map((set) => this.manifests.by(set).all(app, namespace, spec, release));
      return { phase: objectChanges(before!, after!).length > 0 ? "RELEASING" : "UNCHANGED" };
    } catch (error) {
      if (!(error instanceof RenderingError)) throw error;
      return { phase: "FAILED", condition: conditionOf(error)! };
    }
  }

  /** Whether more apps failed than are tolerated. Then nothing is changed until a member resumes or cancels. */
  private async stops(unit: UnitOfWork, publication: TemplateRollout): Promise<boolean> {
    const { em } = unit;
    await em.flush();
    const failed = await em.execute<{ name: string; app_id: string; message: string }[]>(
      `select n.name || '/' || a.name as name, app_id, f.condition ->> 'message' as message from publication_app f
       join app a on a.id = f.app_id join namespace n on n.id = f.namespace_id
       where publication_id = ? and f.phase = 'FAILED' order by f.stage, 1`,
      [publication.id],
    );
    if (failed.length <= publication.toleratedFailures) return false;
    publication.phase = "STOPPED";
    const reason = failed.map(({ name, message }) => `${name}: ${message}`).join(" ");
    const seen = { code: "TOO_MANY_FAILURES", message: reason } as const;
    publication.condition = conditionAfter(publication.condition, seen, this.clock.now());
    const apps = failed.map(({ app_id: id }) => id);
    await this.record(unit, publication, "publication.stopped", { reason, apps });
    return true;
  }

  /** Makes the version effective in the namespaces of the next stage, or for everyone, and lists the apps that this affects. */
  private async begin(
    unit: UnitOfWork,
    publication: TemplateRollout,
    { template, version }: PublishedVersion,
  ): Promise<void> {
    const { em } = unit;
    publication.stage++;
    const namespaceIds = publication.isEverywhere() ? undefined : publication.stages[publication.stage - 1]!;
    await em.execute(
      `insert into publication_app (publication_id, app_id, namespace_id, stage)
       select ?, a.id, a.namespace_id, ? from app a where ${provisionedSql} and a.phase <> 'RETIRED'
         and (? or a.namespace_id = any(?::text[])) and exists (select 1 from rollout r where r.app_id = a.id and not r.turned_down)
       on conflict do nothing`,
      [publication.id, publication.stage, !namespaceIds, `{${(namespaceIds ?? []).join(",")}}`],
    );
    const { kind, id: templateId } = template;
    if (namespaceIds) {
      for (const namespaceId of namespaceIds)
        em.create(TemplateStage, { templateId, namespaceId, kind, templateVersionId: version.id });
    } else {
      await em.nativeDelete(TemplateStage, { templateId });
      template.publishedVersionId = version.id;
      template.updatedAt = this.clock.now();
      const place = { namespaceId: null, appId: null };
      const data = { kind, level: "PLATFORM", number: version.number, publication: publication.id };
      await unit.record({ event: "template.published", subjectId: templateId, ...place, data });
    }
    await em.flush();
    for (const namespaceId of namespaceIds ?? [null]) await enqueueAffected(unit, { kind, namespaceId, appId: null });
    const begun = { number: publication.stage, namespaces: namespaceIds ?? "ALL" };
    await this.record(unit, publication, "publication.stageBegan", begun);
  }

  private async finish(unit: UnitOfWork, publication: TemplateRollout): Promise<void> {
    publication.phase = "SUCCEEDED";
    publication.finishedAt = this.clock.now();
    await this.record(unit, publication, "publication.succeeded", {});
  }

  private async record(
    unit: UnitOfWork,
    { id, templateId }: TemplateRollout,
    event: JournalEventName,
    data: object,
  ): Promise<void> {
    await unit.record({ event, subjectId: id, data: { template: templateId, ...data } });
  }
}

/** Records the phase of an app. */
export function applyOutcome(each: TemplateRolloutApp, outcome: AppOutcome, now: Date): void {
  if (!outcome) return;
  each.phase = outcome.phase;
  each.condition = conditionAfter(each.condition, outcome.condition, now);
  each.wantsRelease = false;
}
