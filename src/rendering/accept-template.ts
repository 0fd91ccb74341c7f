import { z } from "zod";
import { views } from "./app-view.js";
import { renderOwnedManifest } from "./owned-manifest.js";
import { sampleViews } from "./sample-views.js";
import { templateKinds, type TemplateName } from "./seed-templates.js";
import { compileTemplate, type Template } from "./template.js";
import { checkWords, type ViewShape } from "./word-check.js";

const shapes = Object.fromEntries(
  Object.entries(views).map(([name, view]) => [name, z.toJSONSchema(view)] as const),
) as unknown as Readonly<Record<keyof typeof views, ViewShape & Readonly<Record<string, unknown>>>>;

/** What a template of this name sees, as a JSON Schema (2020-12) with a description of every word. */
export const viewSchema = (name: TemplateName): ViewShape & Readonly<Record<string, unknown>> =>
  shapes[templateKinds[name].view];

/**
 * The template that this source is, if it can stand in for the one that comes with the platform: it uses only words that its
 * view has, and makes of the sample views what its kind promises. Throws a RenderingError at its first mistake.
 */
export function acceptTemplate(name: TemplateName, source: string): Template {
  const { language, view, promise } = templateKinds[name];
  const template = compileTemplate({ name, language, source });
  checkWords(template, viewSchema(name));
  for (const sample of Object.values(sampleViews[view])) {
    if (promise) renderOwnedManifest(template, sample, promise);
    else template.render(sample);
  }
  return template;
}
