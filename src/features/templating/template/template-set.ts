import { createHash } from "node:crypto";
import type { NamespaceView } from "../../../rendering/app-view.js";
import { strictRules, type RenderingRules } from "../../../rendering/allowed-objects.js";
import { renderContainer } from "../../../rendering/owned-manifest.js";
import type { AddedContainer } from "../../../rendering/pod-additions.js";
import { itemViews, renderObjects } from "../../../rendering/render-objects.js";
import { templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import { compileTemplate, type CompiledTemplate, type TemplateDefinition } from "../../../rendering/template.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { VariableSet } from "../variable/effective-variables.js";

/** A template for every kind. */
export type Definitions = Readonly<Record<TemplateName, TemplateDefinition>>;

/** The version of a source: the beginning of its SHA-256. */
export const versionOf = (source: string): string => createHash("sha256").update(source).digest("hex").slice(0, 12);

/** The separator of YAML documents. */
const documentEnd = "---\n";

/** The views of templates without variables, shared so that each is made once. */
const withoutVariables = new WeakMap<object, object>();

/** The effective templates of an app or a namespace, with the values of its variables. */
export class TemplateSet {
  constructor(
    private readonly definitions: Definitions,
    private readonly variables: VariableSet,
    private readonly rules: RenderingRules = strictRules,
  ) {}

  text(name: TemplateName, view: object): string {
    const template = compileTemplate(this.definitions[name]);
    const views = itemViews(templateKinds[name].each, this.viewOf(template, view));
    return views.map((each) => template.render(each)).join(documentEnd);
  }

  /**
   * The objects that the template renders of the view: one, one for each item of a list, or none where that is allowed.
   */
  manifests(name: TemplateName, view: NamespaceView): Manifest[] {
    const template = compileTemplate(this.definitions[name]);
    return renderObjects(template, templateKinds[name], this.viewOf(template, view), this.rules);
  }

  /** The containers that these templates render of the view. */
  containers(names: readonly TemplateName[], view: NamespaceView): AddedContainer[] {
    return names.flatMap((template) => {
      const compiled = compileTemplate(this.definitions[template]);
      const container = renderContainer(compiled, this.viewOf(compiled, view), this.rules);
      return container ? [{ template, container }] : [];
    });
  }

  /** The version of the effective template. */
  version(name: TemplateName): string {
    return versionOf(this.source(name));
  }

  source(name: TemplateName): string {
    return this.definitions[name].source;
  }

  /** The same set, with this source for one of the templates. */
  with(name: TemplateName, source: string): TemplateSet {
    const definition = { ...this.definitions[name], source };
    return new TemplateSet({ ...this.definitions, [name]: definition }, this.variables, this.rules);
  }

  private viewOf<View extends object>(template: CompiledTemplate, view: View): View {
    const variables = this.variables.valuesFor(template);
    if (Object.keys(variables).length > 0) return { ...view, variables };
    const seen = (withoutVariables.get(view) as View | undefined) ?? { ...view, variables };
    withoutVariables.set(view, seen);
    return seen;
  }
}
