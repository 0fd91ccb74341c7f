import type { Manifest } from "../../../upstreams/cluster-object.js";

type Labels = Readonly<Record<string, string>>;
interface Selecting {
  readonly selector: Labels & { readonly matchLabels?: Labels };
  readonly template?: { readonly metadata?: { readonly labels?: Labels } };
}

/**
 * The manifest with the selector that the imported app had: a Deployment's selector is immutable, and the Service must
 * select the pods from before and after the import. The pod template gets these labels too.
 */
export function withSelector(manifest: Manifest, selector: Labels | null | undefined): Manifest {
  if (!selector) return manifest;
  const spec = manifest["spec"] as Selecting | undefined;
  if (manifest.kind === "Service" && spec?.selector) return { ...manifest, spec: { ...spec, selector } };
  if (manifest.kind !== "Deployment" || !spec?.template) return manifest;
  const { template } = spec;
  const labels = { ...template.metadata?.labels, ...selector };
  const changed = { ...template, metadata: { ...template.metadata, labels } };
  return { ...manifest, spec: { ...spec, selector: { matchLabels: selector }, template: changed } };
}
