import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { acceptTemplate } from "../../../rendering/accept-template.js";
import { RenderingError } from "../../../rendering/rendering-error.js";
import { isOfApps, templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import { compileTemplate, type CompiledTemplate } from "../../../rendering/template.js";
import { variableUses } from "../../../rendering/template-variables.js";
import { IllegalState } from "../../../kernel/errors.js";
import { provisionedSql } from "../../delivery/app/app.entity.js";
import { effectiveSources, type EffectiveSource } from "../template-source/effective-sources.js";
import type { Reach } from "./variable.entity.js";
import { declaredVariables } from "./effective-variables.js";

/** The most templates or places that one error message names. */
const mostNamed = 5;

/** The names of the variables that a source uses. */
export const variablesIn = (kind: TemplateName, source: string): ReadonlySet<string> => usedBy(compiled(kind, source));

const compiled = (kind: TemplateName, source: string): CompiledTemplate =>
  compileTemplate({ name: kind, language: templateKinds[kind].language, source });

const usedBy = (template: CompiledTemplate): ReadonlySet<string> =>
  new Set(variableUses(template).map(({ name }) => name));

/** The effective sources that use the variable and whose reach overlaps this one. */
export async function templatesThatUse(em: SqlEntityManager, name: string, reach: Reach): Promise<EffectiveSource[]> {
  const found = await effectiveSources(em);
  return found.filter((each) => meets(each, reach) && variablesIn(each.kind, each.source).has(name));
}

const meets = (one: Reach, other: Reach): boolean =>
  (!one.namespaceId || !other.namespaceId || one.namespaceId === other.namespaceId) &&
  (!one.appId || !other.appId || one.appId === other.appId);

/** Throws for a change of a variable that would make an effective template invalid. */
export async function assertUsesStayValid(em: SqlEntityManager, name: string): Promise<void> {
  const declared = await declaredVariables(em);
  const wrong: [EffectiveSource, string][] = [];
  for (const each of await templatesThatUse(em, name, { namespaceId: null, appId: null })) {
    try {
      // Network rules of its pods were checked when it was published, and do not depend on variables.
      acceptTemplate(each.kind, each.source, declared, { hostAccess: true });
      await assertRequiredValues(em, [name], each);
    } catch (error) {
      if (error instanceof RenderingError) wrong.push([each, `${error.problem} (line ${error.place.line})`]);
      else if (error instanceof IllegalState) wrong.push([each, error.message]);
      else throw error;
    }
  }
  if (wrong.length === 0) return;
  const named = wrong.slice(0, mostNamed).map(([each, problem]) => `${each.kind} (${each.templateId}): ${problem}`);
  throw new IllegalState(
    `${wrong.length === 1 ? "A template uses" : `${wrong.length} templates use`} ${name}. Publish them without it first. ${named.join(" ")}`,
    { templates: wrong.map(([{ templateId }]) => templateId) },
  );
}

/** Throws for a change that would leave an app or namespace without a required value; names the first of them. */
export async function assertRequiredValues(
  em: SqlEntityManager,
  names: Iterable<string>,
  { kind, namespaceId, appId }: Reach & { readonly kind: TemplateName },
): Promise<void> {
  if (!["APP", "NAMESPACE"].includes(templateKinds[kind].use)) return;
  const [places, values] = isOfApps(kind)
    ? [appPlaces, [namespaceId, namespaceId, appId, appId]]
    : [namespacePlaces, [namespaceId, namespaceId]];
  const rows = await em.execute<{ variable: string; place: string }[]>(
    `select v.name as variable, place.name as place from variable v cross join (${places}) place
     where v.deleted_at is null and v.is_required and v.name = any(?::text[]) and not exists (
       select 1 from variable_value x where x.variable_id = v.id
         and (x.namespace_id is null or x.namespace_id = place.namespace_id) and (x.app_id is null or x.app_id = place.app_id))
     order by 1, 2 limit ?`,
    [...values, `{${[...names].join(",")}}`, mostNamed + 1],
  );
  if (rows.length === 0) return;
  const missing = rows.slice(0, mostNamed).map(({ variable, place }) => `${variable} of ${place}`);
  const more = rows.length > mostNamed ? " and more" : "";
  throw new IllegalState(`A value is missing: ${missing.join(", ")}${more}. Set it with setVariable first.`, {
    missing,
  });
}

const namespacePlaces = `select id as namespace_id, null as app_id, name from namespace where (?::text is null or id = ?)`;
const appPlaces = `select a.namespace_id, a.id as app_id, n.name || '/' || a.name as name
  from app a join namespace n on n.id = a.namespace_id
  where ${provisionedSql} and a.phase <> 'RETIRED' and (?::text is null or a.namespace_id = ?) and (?::text is null or a.id = ?)`;
