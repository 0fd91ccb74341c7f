import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { isOfApps } from "../../../rendering/template-kinds.js";
import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { IllegalState, InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import { App } from "../../delivery/app/app.entity.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { assertRequiredValues, variablesIn } from "../variable/variable-uses.js";
import { lockDeclaredVariables } from "../variable/effective-variables.js";
import { enqueueAffected } from "../template-source/enqueue-affected.js";
import { TemplatePin } from "../template-source/template-pin.entity.js";
import { Template, TemplateVersion } from "../template-source/template.entity.js";
import type { EffectiveTemplates } from "../template/effective-templates.js";
import type { JournalEventName } from "../../foundation/registry.js";

export interface PinTemplateInput {
  readonly versionId: string;
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly idempotencyKey?: string | null;
}

/** The namespace or the app of a pin. */
type PinScope = Pick<TemplatePin, "namespaceId" | "appId">;

/** Pins namespaces and apps to versions of templates. */
export class TemplatePinService {
  constructor(
    private readonly mutations: Mutations,
    private readonly policy: Policy,
    private readonly effective: EffectiveTemplates,
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  /** Makes a published version effective for a namespace or an app and keeps it there. It replaces an earlier pin. */
  async pin(actor: MemberActor, input: PinTemplateInput): Promise<MutationResult<TemplatePin>> {
    return this.mutations.run(
      actor,
      { mutation: "pinTemplate", input },
      TemplatePin,
      async (unit) => {
        const place = await this.place(unit.em, actor, input);
        const { version, template } = await this.found(unit.em, input.versionId, place);
        const { kind } = template;
        const before = await unit.em.findOne(TemplatePin, { ...place, kind, endedAt: null });
        if (before?.templateVersionId === version.id) return before;
        // A version that was valid when it was published may no longer be.
        this.effective.accept(kind, version.source, await lockDeclaredVariables(unit.em));
        await assertRequiredValues(unit.em, variablesIn(kind, version.source), { ...place, kind });
        if (before) await this.end(unit, before);
        const pin = unit.em.create(TemplatePin, {
          id: this.newId("TemplatePin"),
          templateId: template.id,
          templateVersionId: version.id,
          kind,
          ...place,
          createdBy: actor.memberId,
        });
        await this.record(unit, pin, "template.pinned", version);
        return pin;
      },
      { template_pin_place: { path: "input.versionId", message: "Somebody else pins one there just now. Try again." } },
    );
  }

  /** Ends a pin, so that the published version counts again. */
  async unpin(
    actor: MemberActor,
    input: { readonly id: string; readonly idempotencyKey?: string | null },
  ): Promise<MutationResult<TemplatePin>> {
    return this.mutations.run(actor, { mutation: "unpinTemplate", input }, TemplatePin, async (unit) => {
      const pin = await unit.em.findOne(TemplatePin, input.id);
      if (!pin) throw new NotFound("pin", input.id);
      this.policy.require(actor, "namespace:update", { namespaceId: pin.namespaceId, kind: "pin", id: pin.id });
      if (pin.endedAt) throw new IllegalState("The pin is over already.", { phase: "ENDED" });
      await this.end(unit, pin);
      const version = await unit.em.findOneOrFail(TemplateVersion, pin.templateVersionId);
      await this.record(unit, pin, "template.unpinned", version);
      return pin;
    });
  }

  private async end(unit: UnitOfWork, pin: TemplatePin): Promise<void> {
    pin.endedAt = this.clock.now();
    await unit.em.flush();
  }

  private async record(
    unit: UnitOfWork,
    pin: TemplatePin,
    event: JournalEventName,
    { number }: TemplateVersion,
  ): Promise<void> {
    const { kind, namespaceId, appId, templateId: subjectId } = pin;
    await unit.record({ event, subjectId, namespaceId, appId, data: { kind, number, pin: pin.id } });
    await enqueueAffected(unit, pin);
  }

  /** The version, if it can be effective there. */
  private async found(
    em: SqlEntityManager,
    versionId: string,
    { namespaceId, appId }: PinScope,
  ): Promise<{ version: TemplateVersion; template: Template }> {
    const version = await em.findOne(TemplateVersion, versionId);
    const template = version && (await em.findOne(Template, version.templateId));
    const isForOthers = template?.namespaceId && template.namespaceId !== namespaceId;
    if (!version || !template || isForOthers) throw new NotFound("template version", versionId);
    if (template.appId && template.appId !== appId)
      throw new InvalidInput([{ path: "input.versionId", message: "Its template is for one app alone." }]);
    if (appId && !isOfApps(template.kind))
      throw new InvalidInput([{ path: "input.appId", message: "No app has a template of this kind of its own." }]);
    if (!version.publishedAt) throw new IllegalState("The version is a draft. Publish it first.", { phase: "DRAFT" });
    return { version, template };
  }

  private async place(
    em: SqlEntityManager,
    actor: MemberActor,
    { namespaceId, appId = null }: PinTemplateInput,
  ): Promise<PinScope> {
    const app = appId ? await em.findOne(App, appId) : null;
    if (appId && !app) throw new NotFound("app", appId);
    const within = app?.namespaceId ?? namespaceId;
    if (!within)
      throw new InvalidInput([{ path: "input.namespaceId", message: "Say who stays with it: a namespace or an app." }]);
    if (!(await em.findOne(Namespace, within))) throw new NotFound("namespace", within);
    const scope = app ? { kind: "app", id: app.id } : { kind: "namespace", id: within };
    this.policy.require(actor, "namespace:update", { namespaceId: within, ...scope });
    if (namespaceId && namespaceId !== within)
      throw new InvalidInput([{ path: "input.namespaceId", message: "The app is in another namespace." }]);
    return { namespaceId: within, appId: app?.id ?? null };
  }
}
