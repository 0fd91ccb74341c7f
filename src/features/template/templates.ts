import { createHash } from "node:crypto";
import { renderManifest, type ManifestPromise } from "../rendering/manifest.js";
import { templateKinds, type TemplateName } from "../rendering/seed-templates.js";
import { compileTemplate, type TemplateDefinition } from "../rendering/template.js";
import type { Manifest } from "../upstreams/cluster.js";

/** The templates in force. */
export class Templates {
  constructor(private readonly definitions: Readonly<Record<TemplateName, TemplateDefinition>>) {}

  text(name: TemplateName, view: unknown): string {
    return compileTemplate(this.definitions[name]).render(view);
  }

  /** The object that the template makes of the view, or none where it may decide so. */
  manifest(name: TemplateName, view: unknown): Manifest[] {
    const kind: { readonly file: string; readonly promise?: ManifestPromise } = templateKinds[name];
    if (!kind.promise) throw new Error(`${name} renders no Kubernetes object.`);
    const rendered = renderManifest(compileTemplate(this.definitions[name]), view, kind.promise);
    return rendered ? [rendered] : [];
  }

  /** Which version of a template is in force: the start of its source's SHA-256. */
  version(name: TemplateName): string {
    return createHash("sha256").update(this.definitions[name].source).digest("hex").slice(0, 12);
  }
}
