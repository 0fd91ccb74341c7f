import { renderManifest, type ManifestPromise, type RenderedManifest } from "./manifest.js";
import { RenderingError } from "./rendering-error.js";
import type { Template } from "./template.js";

/** By this label the platform finds an app's objects again; without it they would be left behind. */
const appLabel = "orrery.dev/app";

/** What every view of a Kubernetes object says of whose it is. */
interface Owner {
  readonly namespace: { readonly name: string };
  readonly app?: { readonly id: string };
}

/** Renders the object that a template promises; it must lie in its owner's namespace and carry its owner's label. */
export function renderOwnedManifest(
  template: Template,
  view: Owner,
  promise: ManifestPromise,
): RenderedManifest | undefined {
  const object = renderManifest(template, view, promise);
  if (!object) return undefined;
  const refuse = (problem: string): never => {
    throw new RenderingError({ template: template.name, line: 1, column: 1 }, problem);
  };
  const { name, namespace, labels } = object.metadata;
  const wanted = view.namespace.name;
  if (object.kind === "Namespace") {
    if (name !== wanted) refuse("The Namespace must be called {{namespace.name}}.");
  } else if (namespace !== wanted) {
    refuse("metadata.namespace must be {{namespace.name}}: nothing is made in another namespace.");
  }
  if (!view.app) return object;
  if (labels?.[appLabel] !== view.app.id) refuse(`metadata.labels must have ${appLabel}: {{app.id}}.`);
  const pods = (object as { spec?: { template?: { metadata?: { labels?: Record<string, unknown> } } } }).spec?.template;
  if (pods && pods.metadata?.labels?.[appLabel] !== view.app.id)
    refuse(`spec.template.metadata.labels must have ${appLabel}: {{app.id}}.`);
  return object;
}
