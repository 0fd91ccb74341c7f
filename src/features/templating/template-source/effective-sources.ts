import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { templateKinds } from "../../../rendering/template-kinds.js";
import { levelOf, type Template, type TemplateLevel, type TemplateVersion } from "./template.entity.js";

/** How a source came to be in force: its template was published, or is being published, or somebody stays with one of its versions. */
export type EffectiveAs = "PIN" | "STAGE" | "TEMPLATE";

/** Where something is in force. */
export interface Placement extends Pick<Template, "kind" | "namespaceId" | "appId"> {
  readonly as: EffectiveAs;
}

/** A source that is in force somewhere, and where. */
export interface EffectiveSource extends Placement, Pick<TemplateVersion, "source"> {
  readonly templateId: string;
}

/** In SQL: everything that is in force, but for what came with the platform. */
export const effectiveSql = `
  select t.id as "templateId", t.kind, t.namespace_id as "namespaceId", t.app_id as "appId", 'TEMPLATE' as "as", v.source
    from template t join template_version v on v.id = t.published_version_id where t.archived_at is null
  union all
  select p.template_id, p.kind, p.namespace_id, p.app_id, 'PIN', v.source
    from template_pin p join template_version v on v.id = p.template_version_id where p.ended_at is null
  union all
  select s.template_id, s.kind, s.namespace_id, null, 'STAGE', v.source
    from template_stage s join template_version v on v.id = s.template_version_id`;

/** In SQL: what is in force nowhere or in some namespaces, and may be everywhere as soon as a publication goes on or is cancelled. */
const pendingSql = `
  select t.id, t.kind, null, null, 'STAGE', v.source
    from publication p join template t on t.id = p.template_id
    join template_version v on v.id in (p.template_version_id, p.former_version_id)
    where p.phase in ('RUNNING', 'STOPPED', 'CANCELLING')`;

/** Everything that is in force anywhere or may be soon, but for what came with the platform. */
export async function effectiveSources(em: SqlEntityManager): Promise<EffectiveSource[]> {
  const found = await em.execute<EffectiveSource[]>(`${effectiveSql} union all ${pendingSql} order by 1`);
  // What an older or newer version of the platform knew is nothing to this one.
  return found.filter(({ kind }) => Object.hasOwn(templateKinds, kind));
}

const narrowToWide: readonly TemplateLevel[] = ["APP", "NAMESPACE", "PLATFORM"];
const firstOfLevel: readonly EffectiveAs[] = ["PIN", "STAGE", "TEMPLATE"];

/** A template for everyone is one in the namespaces too in which it is published first. */
export const effectiveLevel = (placed: Placement): TemplateLevel =>
  placed.as === "STAGE" ? "PLATFORM" : levelOf(placed);

/** Those that are for this place; of each kind the first is in force. Of one level a pin comes first. */
export const narrowestFirst = <T extends Placement>(
  found: readonly T[],
  { namespaceId, appId }: { readonly namespaceId: string; readonly appId?: string },
): T[] =>
  found
    .filter((each) => each.namespaceId === null || each.namespaceId === namespaceId)
    .filter((each) => each.appId === null || each.appId === appId)
    .sort((a, b) => rankOf(a) - rankOf(b));

const rankOf = (placed: Placement): number =>
  narrowToWide.indexOf(effectiveLevel(placed)) * firstOfLevel.length + firstOfLevel.indexOf(placed.as);
