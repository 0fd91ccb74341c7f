import { stringify } from "yaml";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { redactSecrets } from "../../foundation/secrets.js";

/** One object for people to read, as JSON and as YAML; values of Secrets are hidden. */
export interface ShownManifest {
  readonly kind: string;
  readonly name: string;
  readonly object: Record<string, unknown>;
  readonly yaml: string;
}

export function showManifest(manifest: Manifest): ShownManifest {
  const object = redactSecrets(manifest);
  return { kind: object.kind, name: object.metadata.name, object: { ...object }, yaml: stringify(object) };
}
