import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import { isOfApps } from "../../../rendering/template-kinds.js";
import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { IllegalState, InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { conditionAfter, type ObservedCondition } from "../../foundation/condition.js";
import { checkInput } from "../../foundation/check-input.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { enqueueAffected } from "../template-source/enqueue-affected.js";
import { publishableDraft, freezeDraft, assertNotArchived } from "../template/publish-draft.js";
import { TemplateStage } from "../template-source/template-stage.entity.js";
import { levelOf, Template } from "../template-source/template.entity.js";
import type { EffectiveTemplates } from "../template/effective-templates.js";
import { noCounts, TemplateRollout } from "./template-rollout.entity.js";
import type { JournalEventName } from "../../foundation/registry.js";

const given = z.object({
  stages: z
    .array(z.object({ namespaceIds: z.array(z.string()).min(1, "Name a namespace.").max(100, "At most 100.") }))
    .min(1, "Give a stage, or publish at once.")
    .max(20, "At most 20 stages."),
  toleratedFailures: z.int().min(0, "0 or more.").max(1_000, "At most 1000."),
  atOnce: z.int().min(1, "1 or more.").max(50, "At most 50."),
});

export interface PublishInStagesInput {
  /** The version of the template. */
  readonly id: string;
  readonly stages: readonly { readonly namespaceIds: readonly string[] }[];
  readonly toleratedFailures?: number | null;
  readonly atOnce?: number | null;
  readonly expectedVersion?: number | null;
  readonly idempotencyKey?: string | null;
}

export interface DecideTemplateRolloutInput {
  readonly id: string;
  readonly expectedVersion?: number | null;
  readonly idempotencyKey?: string | null;
}

/** Starts, resumes and cancels template rollouts: publishing in stages. */
export class TemplateRolloutService {
  constructor(
    private readonly mutations: Mutations,
    private readonly policy: Policy,
    private readonly effective: EffectiveTemplates,
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  /** Starts to publish a template's draft in stages. The draft becomes an immutable version. */
  async publish(actor: MemberActor, input: PublishInStagesInput): Promise<MutationResult<TemplateRollout>> {
    this.policy.require(actor, "template:manage");
    const plan = checkInput(given, {
      ...input,
      toleratedFailures: input.toleratedFailures ?? 0,
      atOnce: input.atOnce ?? 5,
    });
    const stages = plan.stages.map(({ namespaceIds }) => namespaceIds);
    return this.mutations.run(actor, { mutation: "publishTemplateInStages", input }, TemplateRollout, async (unit) => {
      const { em } = unit;
      const template = await em.findOne(Template, input.id);
      if (!template) throw new NotFound("template", input.id);
      expectVersion(template, input.expectedVersion);
      this.refuseWithoutStages(template);
      const draft = await publishableDraft(em, template);
      await this.refuseStages(em, stages);
      await freezeDraft(em, this.effective, { template, draft, now: this.clock.now() });
      template.updatedAt = this.clock.now();
      const publication = em.create(TemplateRollout, {
        id: this.newId("Publication"),
        templateId: template.id,
        templateVersionId: draft.id,
        formerVersionId: template.publishedVersionId,
        stages,
        toleratedFailures: plan.toleratedFailures,
        atOnce: plan.atOnce,
        counts: noCounts,
        createdBy: actor.memberId,
      });
      const data = { kind: template.kind, number: draft.number, stages };
      await this.record(unit, publication, "publication.started", data);
      return publication;
    });
  }

  /** Resumes a stopped template rollout: apps that failed are released once more. */
  async resume(actor: MemberActor, input: DecideTemplateRolloutInput): Promise<MutationResult<TemplateRollout>> {
    return this.decide(actor, "resumePublication", input, async (unit, publication) => {
      if (publication.phase !== "STOPPED") throw IllegalState.transition("publication", publication.phase, "RUNNING");
      publication.phase = "RUNNING";
      publication.condition = null;
      const asked = await unit.em.execute<{ app_id: string }[]>(
        `update publication_app set condition = null, wants_release = release_id is not null or wants_release,
           phase = case when release_id is not null or wants_release then 'RELEASING' else 'WAITING' end
         where publication_id = ? and (phase = 'FAILED' or wants_release) returning app_id`,
        [publication.id],
      );
      for (const { app_id: key } of asked) await unit.enqueue({ kind: "release", key });
      await this.record(unit, publication, "publication.resumed", {});
    });
  }

  /** Makes the former version effective again at once; apps that were released for the new one are rolled back in the background. */
  async cancel(actor: MemberActor, input: DecideTemplateRolloutInput): Promise<MutationResult<TemplateRollout>> {
    return this.decide(actor, "cancelPublication", input, async (unit, publication) => {
      const { em } = unit;
      if (publication.phase !== "RUNNING" && publication.phase !== "STOPPED")
        throw IllegalState.transition("publication", publication.phase, "CANCELLED");
      publication.phase = "CANCELLING";
      publication.condition = null;
      const template = await em.findOneOrFail(Template, publication.templateId);
      await em.nativeDelete(TemplateStage, { templateId: template.id });
      if (publication.isEverywhere()) template.publishedVersionId = publication.formerVersionId ?? null;
      template.updatedAt = this.clock.now();
      await em.execute(
        `update publication_app set wants_release = false,
           phase = case when release_id is null then 'SKIPPED' else 'ROLLING_BACK' end,
           condition = case when release_id is null then ?::jsonb end
         where publication_id = ? and (release_id is not null or phase in ('WAITING', 'RELEASING', 'SUCCEEDED'))`,
        [JSON.stringify(conditionAfter(null, cancelled, this.clock.now())), publication.id],
      );
      await em.flush();
      const { kind } = template;
      const begun = publication.isEverywhere() ? [null] : publication.stages.slice(0, publication.stage).flat();
      for (const namespaceId of begun) await enqueueAffected(unit, { kind, namespaceId, appId: null });
      await this.record(unit, publication, "publication.cancelled", {});
    });
  }

  private async decide(
    actor: MemberActor,
    mutation: string,
    input: DecideTemplateRolloutInput,
    act: (unit: UnitOfWork, publication: TemplateRollout) => Promise<void>,
  ): Promise<MutationResult<TemplateRollout>> {
    this.policy.require(actor, "template:manage");
    return this.mutations.run(actor, { mutation, input }, TemplateRollout, async (unit) => {
      await unit.em.execute(`select 1 from publication where id = ? for update`, [input.id]);
      const publication = await unit.em.findOne(TemplateRollout, input.id);
      if (!publication) throw new NotFound("publication", input.id);
      expectVersion(publication, input.expectedVersion);
      await act(unit, publication);
      return publication;
    });
  }

  /** Throws for a template that cannot be published in stages. */
  private refuseWithoutStages(template: Template): void {
    assertNotArchived(template);
    if (levelOf(template) !== "PLATFORM")
      throw new IllegalState("Only a template for everyone has stages. Publish this one with publishTemplate.");
    if (!isOfApps(template.kind))
      throw new IllegalState("No app sees this kind of template. Publish it with publishTemplate.");
  }

  private async refuseStages(em: SqlEntityManager, stages: readonly (readonly string[])[]): Promise<void> {
    const all = stages.flat();
    const known = new Set((await em.find(Namespace, { id: { $in: all } })).map(({ id }) => id));
    const problems = stages.flatMap((ids, stage) =>
      ids.flatMap((id, index) => {
        const path = `input.stages[${stage}].namespaceIds[${index}]`;
        if (!known.has(id)) return [{ path, message: "There is no such namespace." }];
        const isFirst = all.indexOf(id) === stages.slice(0, stage).flat().length + index;
        return isFirst ? [] : [{ path, message: "Each namespace has its turn once." }];
      }),
    );
    if (problems.length > 0) throw new InvalidInput(problems);
  }

  private async record(
    unit: UnitOfWork,
    publication: TemplateRollout,
    event: JournalEventName,
    data: object,
  ): Promise<void> {
    const { id, templateId: template } = publication;
    await unit.record({ event, subjectId: id, data: { template, ...data } });
    await unit.enqueue({ kind: "publication", key: id });
    await unit.notify("publication", id);
  }
}

const cancelled: ObservedCondition = {
  code: "PUBLICATION_CANCELLED",
  message: "The publication was cancelled. What differs changes with its next release.",
};
