import { defineEntity, p } from "@mikro-orm/postgresql";
import type { TemplateName } from "../../../rendering/template-kinds.js";

/** The level that a template is effective on; the narrower one wins, and the seed is the last. */
export const TemplateLevel = { SEED: "SEED", PLATFORM: "PLATFORM", NAMESPACE: "NAMESPACE", APP: "APP" } as const;
export type TemplateLevel = keyof typeof TemplateLevel;

const TemplateSchema = defineEntity({
  name: "Template",
  tableName: "template",
  properties: {
    id: p.text().primary(),
    kind: p.text().$type<TemplateName>(),
    namespaceId: p.text().nullable(),
    appId: p.text().nullable(),
    publishedVersionId: p.text().nullable(),
    draftVersionId: p.text().nullable(),
    lastVersionNumber: p.integer().default(0),
    createdBy: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
    /** Saving a draft counts as a change of its template. */
    updatedAt: p.datetime().onCreate(() => new Date()),
    archivedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

/** An administrator's template, which overrides a seed. */
export class Template extends TemplateSchema.class {}
TemplateSchema.setClass(Template);

/** The level of a template. */
export function levelOf({ namespaceId, appId }: Pick<Template, "namespaceId" | "appId">): TemplateLevel {
  if (appId) return "APP";
  return namespaceId ? "NAMESPACE" : "PLATFORM";
}

const TemplateVersionSchema = defineEntity({
  name: "TemplateVersion",
  tableName: "template_version",
  properties: {
    id: p.text().primary(),
    templateId: p.text(),
    number: p.integer(),
    source: p.text(),
    note: p.text().default(""),
    createdBy: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
    publishedAt: p.datetime().nullable(),
  },
});

/** One version of a template's source; the draft is the version that is not published. */
export class TemplateVersion extends TemplateVersionSchema.class {}
TemplateVersionSchema.setClass(TemplateVersion);
