import { strictRules, type RenderingRules } from "./allowed-objects.js";
import type { RenderedManifest } from "./manifest.js";
import { renderOwnedManifest } from "./owned-manifest.js";
import { RenderingError } from "./rendering-error.js";
import type { ItemList, TemplateKind } from "./template-kinds.js";
import type { CompiledTemplate } from "./template.js";

/** The views for a template: one for each item of its list, or the whole view if it has none. */
export function itemViews<View extends object>(each: ItemList | undefined, view: View): View[] {
  if (!each) return [view];
  const items = (view as Readonly<Record<string, unknown>>)[each.list];
  if (!Array.isArray(items)) throw new Error(`The view has no list "${each.list}".`);
  return items.map((item: unknown) => ({ ...view, [each.as]: item }));
}

/** The objects that a template renders of a view: at most one, or at most one for each item. Names must be unique. */
export function renderObjects(
  template: CompiledTemplate,
  { promise, each }: Pick<TemplateKind, "promise" | "each">,
  view: object,
  rules: RenderingRules = strictRules,
): RenderedManifest[] {
  if (!promise) throw new Error(`${template.name} renders no Kubernetes object.`);
  const names = new Set<string>();
  return itemViews(each, view).flatMap((seen) => {
    const object = renderOwnedManifest(template, seen, promise, rules);
    if (!object) return [];
    const { name } = object.metadata;
    if (names.has(name))
      throw new RenderingError(
        { template: template.name, line: 1, column: 1 },
        `There are two objects of the name "${name}". Let metadata.name depend on ${each!.as}.`,
      );
    names.add(name);
    return [object];
  });
}
