import { defineEntity, p } from "@mikro-orm/postgresql";
import type { TemplateName } from "../../../rendering/template-kinds.js";

const TemplatePinSchema = defineEntity({
  name: "TemplatePin",
  tableName: "template_pin",
  properties: {
    id: p.text().primary(),
    templateId: p.text(),
    templateVersionId: p.text(),
    kind: p.text().$type<TemplateName>(),
    namespaceId: p.text(),
    appId: p.text().nullable(),
    createdBy: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
    endedAt: p.datetime().nullable(),
  },
});

/** A namespace or an app that keeps a version of a template, whatever is published later. */
export class TemplatePin extends TemplatePinSchema.class {}
TemplatePinSchema.setClass(TemplatePin);
