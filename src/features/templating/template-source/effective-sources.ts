import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { templateKinds } from "../../../rendering/template-kinds.js";
import { levelOf, type Template, type TemplateLevel, type TemplateVersion } from "./template.entity.js";

/** Why a source is effective: its template was published, is published in stages, or a pin holds one of its versions. */
export type EffectiveAs = "PIN" | "STAGE" | "TEMPLATE";

/** The place where a template is effective, and why. */
export interface EffectiveScope extends Pick<Template, "kind" | "namespaceId" | "appId"> {
  readonly as: EffectiveAs;
}

/** A source that is effective somewhere, and its place. */
export interface EffectiveSource extends EffectiveScope, Pick<TemplateVersion, "source"> {
  readonly templateId: string;
}

/** SQL that selects every effective source, except for the seeds. */
export const effectiveSql = `
  select t.id as "templateId", t.kind, t.namespace_id as "namespaceId", t.app_id as "appId", 'TEMPLATE' as "as", v.source
    from template t join template_version v on v.id = t.published_version_id where t.archived_at is null
  union all
  select p.template_id, p.kind, p.namespace_id, p.app_id, 'PIN', v.source
    from template_pin p join template_version v on v.id = p.template_version_id where p.ended_at is null
  union all
  select s.template_id, s.kind, s.namespace_id, null, 'STAGE', v.source
    from template_stage s join template_version v on v.id = s.template_version_id`;

/** SQL that selects the sources that may become effective for everyone when an open template rollout goes on or is cancelled. */
const pendingSql = `
  select t.id, t.kind, null, null, 'STAGE', v.source
    from publication p join template t on t.id = p.template_id
    join template_version v on v.id in (p.template_version_id, p.former_version_id)
    where p.phase in ('RUNNING', 'STOPPED', 'CANCELLING')`;

/** Every source that is effective anywhere or may soon be, except for the seeds. */
export async function effectiveSources(em: SqlEntityManager): Promise<EffectiveSource[]> {
  const found = await em.execute<EffectiveSource[]>(`${effectiveSql} union all ${pendingSql} order by 1`);
  // Another version of the platform may have stored kinds that this one does not know.
  return found.filter(({ kind }) => Object.hasOwn(templateKinds, kind));
}

const narrowToWide: readonly TemplateLevel[] = ["APP", "NAMESPACE", "PLATFORM"];
const firstOfLevel: readonly EffectiveAs[] = ["PIN", "STAGE", "TEMPLATE"];

/** A stage of a template rollout counts as the platform's level. */
export const effectiveLevel = (placed: EffectiveScope): TemplateLevel =>
  placed.as === "STAGE" ? "PLATFORM" : levelOf(placed);

/** The sources for this place, the narrowest first; of each kind the first is effective. Within a level a pin comes first. */
export const narrowestFirst = <T extends EffectiveScope>(
  found: readonly T[],
  { namespaceId, appId }: { readonly namespaceId: string; readonly appId?: string },
): T[] =>
  found
    .filter((each) => each.namespaceId === null || each.namespaceId === namespaceId)
    .filter((each) => each.appId === null || each.appId === appId)
    .sort((a, b) => rankOf(a) - rankOf(b));

const rankOf = (placed: EffectiveScope): number =>
  narrowToWide.indexOf(effectiveLevel(placed)) * firstOfLevel.length + firstOfLevel.indexOf(placed.as);
