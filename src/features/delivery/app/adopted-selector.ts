import type { Manifest } from "../../../upstreams/cluster.js";

type Labels = Readonly<Record<string, string>>;
interface Selecting {
  readonly selector: Labels & { readonly matchLabels?: Labels };
  readonly template?: { readonly metadata?: { readonly labels?: Labels } };
}

/**
 * The objects of an imported app with the selector that it came with: of a Deployment it can never change, and its
 * Service must find pods of both times. Whatever the template says of pods, they carry these labels too.
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
