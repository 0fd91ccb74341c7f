import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import { isOfApps, templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import { App } from "../../delivery/app/app.entity.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { checkInput } from "../../foundation/check-input.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { assertNoOpenRollout } from "../template-source/assert-no-open-rollout.js";
import { lockDeclaredVariables } from "../variable/effective-variables.js";
import { enqueueAffected } from "../template-source/enqueue-affected.js";
import { publishableDraft, freezeDraft, assertNotArchived } from "./publish-draft.js";
import { levelOf, Template, TemplateVersion } from "../template-source/template.entity.js";
import type { TemplateScope, EffectiveTemplates } from "./effective-templates.js";
import type { JournalEventName } from "../../foundation/registry.js";

const noted = z.object({ note: z.string().trim().max(500, "At most 500 characters.") });

interface Repeatable {
  readonly idempotencyKey?: string | null;
}

export interface CreateTemplateInput extends Repeatable {
  readonly kind: TemplateName;
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly source?: string | null;
  readonly note?: string | null;
}

export interface EditTemplateInput extends Repeatable {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

/** Creates, changes, publishes and archives templates. */
export class TemplateService {
  constructor(
    private readonly mutations: Mutations,
    private readonly policy: Policy,
    private readonly effective: EffectiveTemplates,
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  /** Creates a template with a draft: the given source, or the one that is effective there now. */
  async create(actor: MemberActor, input: CreateTemplateInput): Promise<MutationResult<Template>> {
    this.policy.require(actor, "template:manage");
    const { note } = checkInput(noted, { note: input.note ?? "" });
    return this.mutations.run(
      actor,
      { mutation: "createTemplate", input },
      Template,
      async (unit) => {
        const place = await this.place(unit.em, input);
        const template = unit.em.create(Template, {
          id: this.newId("Template"),
          kind: input.kind,
          namespaceId: place?.namespaceId ?? null,
          appId: place?.appId ?? null,
          createdBy: actor.memberId,
        });
        await unit.em.flush();
        const source = input.source ?? (await this.current(unit.em, input.kind, place));
        await this.write(unit, actor, template, { source, note });
        await this.record(unit, template, "template.created");
        return template;
      },
      { template_place: { path: "input.kind", message: "There is such a template there already; save its draft." } },
    );
  }

  async saveDraft(
    actor: MemberActor,
    input: EditTemplateInput & { readonly source: string; readonly note?: string | null },
  ): Promise<MutationResult<Template>> {
    const { note } = checkInput(noted, { note: input.note ?? "" });
    return this.edit(actor, "saveTemplateDraft", input, async (unit, template) => {
      await this.write(unit, actor, template, { source: input.source, note });
      await this.record(unit, template, "template.saved");
    });
  }

  /** Makes an old version the draft; it becomes effective when the draft is published. */
  async restore(
    actor: MemberActor,
    input: EditTemplateInput & { readonly number: number },
  ): Promise<MutationResult<Template>> {
    return this.edit(actor, "restoreTemplateVersion", input, async (unit, template) => {
      const old = await unit.em.findOne(TemplateVersion, { templateId: template.id, number: input.number });
      if (!old) throw new InvalidInput([{ path: "input.number", message: "It has no version of this number." }]);
      await this.write(unit, actor, template, { source: old.source, note: `Version ${old.number} again.` });
      await this.record(unit, template, "template.saved");
    });
  }

  /** Publishes the draft, and enqueues every app or namespace that it affects. */
  async publish(actor: MemberActor, input: EditTemplateInput): Promise<MutationResult<Template>> {
    return this.edit(actor, "publishTemplate", input, async (unit, template) => {
      const draft = await publishableDraft(unit.em, template);
      await freezeDraft(unit.em, this.effective, { template, draft, now: this.clock.now() });
      template.publishedVersionId = draft.id;
      await this.record(unit, template, "template.published", { number: draft.number });
      await enqueueAffected(unit, template);
    });
  }

  /** Archives the template for ever; the next wider one becomes effective. */
  async archive(actor: MemberActor, input: EditTemplateInput): Promise<MutationResult<Template>> {
    return this.edit(actor, "archiveTemplate", input, async (unit, template) => {
      await assertNoOpenRollout(unit.em, template.id);
      template.archivedAt = this.clock.now();
      await this.record(unit, template, "template.archived");
      await enqueueAffected(unit, template);
    });
  }

  private async edit(
    actor: MemberActor,
    mutation: string,
    input: EditTemplateInput,
    act: (unit: UnitOfWork, template: Template) => Promise<void>,
  ): Promise<MutationResult<Template>> {
    this.policy.require(actor, "template:manage");
    return this.mutations.run(actor, { mutation, input }, Template, async (unit) => {
      const template = await unit.em.findOne(Template, input.id);
      if (!template) throw new NotFound("template", input.id);
      expectVersion(template, input.expectedVersion);
      assertNotArchived(template);
      template.updatedAt = this.clock.now();
      await act(unit, template);
      return template;
    });
  }

  /** Saves a valid source as the template's draft. */
  private async write(
    { em }: UnitOfWork,
    actor: MemberActor,
    template: Template,
    { source, note }: { readonly source: string; readonly note: string },
  ): Promise<void> {
    this.effective.accept(template.kind, source, await lockDeclaredVariables(em));
    if (template.draftVersionId) {
      const draft = await em.findOneOrFail(TemplateVersion, template.draftVersionId);
      Object.assign(draft, { source, note, createdBy: actor.memberId, createdAt: this.clock.now() });
      return;
    }
    const draft = em.create(TemplateVersion, {
      id: this.newId("TemplateVersion"),
      templateId: template.id,
      number: template.lastVersionNumber + 1,
      source,
      note,
      createdBy: actor.memberId,
    });
    template.lastVersionNumber = draft.number;
    template.draftVersionId = draft.id;
  }

  private async record(
    unit: UnitOfWork,
    template: Template,
    event: JournalEventName,
    data: object = {},
  ): Promise<void> {
    const { id: subjectId, namespaceId = null, appId = null, kind } = template;
    await unit.record({ event, subjectId, namespaceId, appId, data: { kind, level: levelOf(template), ...data } });
  }

  private async current(em: SqlEntityManager, kind: TemplateName, place: TemplateScope | undefined): Promise<string> {
    if (place) return (await this.effective.of(em, place)).source(kind);
    return this.effective.seed(kind);
  }

  /** The namespace and app of a new template; undefined for everyone. */
  private async place(
    em: SqlEntityManager,
    { kind, namespaceId, appId }: CreateTemplateInput,
  ): Promise<TemplateScope | undefined> {
    if (appId) {
      if (!isOfApps(kind))
        throw new InvalidInput([{ path: "input.appId", message: "No app has a template of this kind of its own." }]);
      const app = await em.findOne(App, appId);
      if (!app) throw new NotFound("app", appId);
      if (namespaceId && namespaceId !== app.namespaceId)
        throw new InvalidInput([{ path: "input.namespaceId", message: "The app is in another namespace." }]);
      return { namespaceId: app.namespaceId, appId };
    }
    if (!namespaceId) return undefined;
    if (templateKinds[kind].use === "LIBRARY")
      throw new InvalidInput([{ path: "input.namespaceId", message: "The library is everyone's. Leave it out." }]);
    if (!(await em.findOne(Namespace, namespaceId))) throw new NotFound("namespace", namespaceId);
    return { namespaceId };
  }
}
