import type { Actor } from "../../../kernel/actor.js";
import type { Policy } from "../../identity/access/policy.js";
import type { ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { Where } from "../../foundation/where.js";
import { TemplatePin } from "../template-source/template-pin.entity.js";

export interface TemplatePinFilter {
  readonly templateId?: string | null;
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly ended?: boolean | null;
}

/** Finds who stays with which version, for those who may see them. */
export class TemplatePinReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async pin(actor: Actor, id: string): Promise<TemplatePin | null> {
    return this.readModel.one(TemplatePin, this.visible(actor).is("id", id));
  }

  async pins(actor: Actor, filter: TemplatePinFilter, slice: KeysetPage): Promise<TemplatePin[]> {
    return this.readModel.newest(TemplatePin, this.where(actor, filter), slice);
  }

  async countPins(actor: Actor, filter: TemplatePinFilter): Promise<number> {
    return this.readModel.count(TemplatePin, this.where(actor, filter));
  }

  private where(actor: Actor, { templateId, namespaceId, appId, ended }: TemplatePinFilter): Where {
    const where = this.visible(actor)
      .isGiven("template_id", templateId)
      .isGiven("namespace_id", namespaceId)
      .isGiven("app_id", appId);
    return ended === true ? where : where.and("ended_at is null");
  }

  private visible(actor: Actor): Where {
    return new Where().in("namespace_id", this.policy.visibleNamespaces(actor));
  }
}
