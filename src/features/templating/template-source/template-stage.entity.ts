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

/** A namespace in which a newer version of a platform template is already effective, during a publication in stages. */
export class TemplateStage extends TemplateStageSchema.class {}
TemplateStageSchema.setClass(TemplateStage);
