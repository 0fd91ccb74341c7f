import { z } from "zod";
import { strictRules, type RenderingRules } from "./allowed-objects.js";
import { renderContainer, renderOwnedManifest } from "./owned-manifest.js";
import { containerPart, renderPart } from "./part.js";
import { sampleViews } from "./sample-views.js";
import { compileTemplate, type CompiledTemplate } from "./template.js";
import { makesSecret, templateKinds, type TemplateName } from "./template-kinds.js";
import { checkVariables, sampleVariables, variablesShape, type DeclaredVariable } from "./template-variables.js";
import { views, type ViewName } from "./views.js";
import { checkFields, type ViewShape } from "./field-check.js";

type Schema = ViewShape & Readonly<Record<string, unknown>>;

const shapes = Object.fromEntries(
  Object.entries(views).map(([name, view]) => [name, z.toJSONSchema(view)] as const),
) as unknown as Readonly<Record<ViewName, Schema>>;

/** The JSON Schema (2020-12) of the input of the template with this name, with a description of every field. */
export function viewSchema(name: TemplateName, declared: readonly DeclaredVariable[] = []): Schema {
  const usable = declared.filter(({ isSecret }) => !isSecret || makesSecret(name));
  return withVariables(shapes[templateKinds[name].view], usable);
}

const withVariables = (shape: Schema, declared: readonly DeclaredVariable[]): Schema => ({
  ...shape,
  properties: { ...shape.properties, variables: variablesShape(declared) },
});

/**
 * Compiles a source that may override the seed of this name: it uses only fields that its view has, and renders the
 * sample views to what its kind requires. Throws a RenderingError at its first mistake.
 */
export function acceptTemplate(
  name: TemplateName,
  source: string,
  declared: readonly DeclaredVariable[] = [],
  rules: RenderingRules = strictRules,
): CompiledTemplate {
  const { language, view } = templateKinds[name];
  const template = compileTemplate({ name, language, source });
  checkFields(template, withVariables(shapes[view], declared));
  checkVariables(template, declared, makesSecret(name));
  for (const [which, sample] of Object.entries(sampleViews[view])) {
    const seen = { ...sample, variables: sampleVariables(declared, which === "least") };
    renderKind(name, template, seen, rules);
  }
  return template;
}

/** Renders what this kind of template must make: an object, a part of one, or a text. */
export function renderKind(
  name: TemplateName,
  template: CompiledTemplate,
  view: object,
  rules: RenderingRules = strictRules,
): unknown {
  const { promise, part } = templateKinds[name];
  if (promise) return renderOwnedManifest(template, view, promise, rules);
  if (part === containerPart) return renderContainer(template, view, rules);
  return part ? renderPart(template, view, part) : template.render(view);
}
