import type { Actor } from "../../../kernel/actor.js";
import type { Policy } from "../../identity/access/policy.js";
import type { ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { ifGiven, oneOf, type Filter } from "../../foundation/filter.js";
import { TemplatePin } from "../template-source/template-pin.entity.js";

export interface TemplatePinFilter {
  readonly templateId?: string | null;
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly ended?: boolean | null;
}

/** Reads the template pins that the actor may see. */
export class TemplatePinReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async pin(actor: Actor, id: string): Promise<TemplatePin | null> {
    return this.readModel.one(TemplatePin, (pins) => pins.where("id", "=", id).$call(this.visible(actor)));
  }

  async pins(actor: Actor, filter: TemplatePinFilter, slice: KeysetPage): Promise<TemplatePin[]> {
    return this.readModel.newest(TemplatePin, this.filter(actor, filter), slice);
  }

  async countPins(actor: Actor, filter: TemplatePinFilter): Promise<number> {
    return this.readModel.count(TemplatePin, this.filter(actor, filter));
  }

  private filter(actor: Actor, { templateId, namespaceId, appId, ended }: TemplatePinFilter): Filter<TemplatePin> {
    return (all) => {
      const pins = all
        .$call(this.visible(actor))
        .$call(ifGiven("templateId", templateId))
        .$call(ifGiven("namespaceId", namespaceId))
        .$call(ifGiven("appId", appId));
      return ended === true ? pins : pins.where("endedAt", "is", null);
    };
  }

  private visible(actor: Actor): Filter<TemplatePin> {
    return oneOf("namespaceId", this.policy.visibleNamespaces(actor));
  }
}
