import { defineEntity, p } from "@mikro-orm/postgresql";
import type { TemplateName } from "../../../rendering/template-kinds.js";

const TemplateStageSchema = defineEntity({
  name: "TemplateStage",
  tableName: "template_stage",
  properties: {
    templateId: p.text().primary(),
    namespaceId: p.text().primary(),
    kind: p.text().$type<TemplateName>(),
    templateVersionId: p.text(),
  },
});

/** A namespace in which another version of a template for everyone is in force than elsewhere, while that is published by and by. */
export class TemplateStage extends TemplateStageSchema.class {}
TemplateStageSchema.setClass(TemplateStage);
