import type { App } from "../../delivery/app/app.entity.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { anyOf } from "../../foundation/filter.js";
import type { EffectiveScope } from "./effective-sources.js";
import { TemplatePin } from "./template-pin.entity.js";
import { TemplateStage } from "./template-stage.entity.js";
import { Template } from "./template.entity.js";

/** The app that templates are looked up for. */
export type AppScope = Pick<App, "id" | "namespaceId">;

/** One level from which a template of a kind comes: a template, or a pin of one of its versions. */
export interface Link extends EffectiveScope {
  readonly templateId: string;
  readonly versionId: string;
  readonly pin: TemplatePin | null;
}

/** All links of effective templates to one of these apps. */
export async function templateLinks(readModel: ReadModel, apps: readonly AppScope[]): Promise<Link[]> {
  const namespaceIds = [...new Set(apps.map((app) => app.namespaceId))];
  const appIds = [...new Set(apps.map(({ id }) => id))];
  const [templates, pins, stages] = await Promise.all([
    readModel.list(Template, (all) =>
      all
        .where("archivedAt", "is", null)
        .where("publishedVersionId", "is not", null)
        .where((template) => template("namespaceId", "is", null).or("namespaceId", "=", anyOf(namespaceIds)))
        .where((template) => template("appId", "is", null).or("appId", "=", anyOf(appIds)))
        .orderBy("id"),
    ),
    readModel.list(TemplatePin, (all) =>
      all
        .where("endedAt", "is", null)
        .where("namespaceId", "=", anyOf(namespaceIds))
        .where((pin) => pin("appId", "is", null).or("appId", "=", anyOf(appIds)))
        .orderBy("id"),
    ),
    readModel.list(TemplateStage, (all) => all.where("namespaceId", "=", anyOf(namespaceIds)).orderBy("templateId")),
  ]);
  return [
    ...templates.map(({ id, kind, namespaceId, appId, publishedVersionId }) => {
      return {
        as: "TEMPLATE" as const,
        kind,
        namespaceId,
        appId,
        templateId: id,
        versionId: publishedVersionId!,
        pin: null,
      };
    }),
    ...pins.map((pin) => {
      const { kind, namespaceId, appId, templateId, templateVersionId: versionId } = pin;
      return { as: "PIN" as const, kind, namespaceId, appId, templateId, versionId, pin };
    }),
    ...stages.map(({ kind, namespaceId, templateId, templateVersionId: versionId }) => {
      return { as: "STAGE" as const, kind, namespaceId, appId: null, templateId, versionId, pin: null };
    }),
  ];
}
