import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { Manifest } from "../../src/upstreams/cluster-object.js";

const root = join(import.meta.dirname, "../../install");

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
}

export const kubernetesFolder = join(root, "kubernetes");

export const kustomization = parse(readFileSync(join(kubernetesFolder, "kustomization.yaml"), "utf8")) as Kustomization;

/** What `kubectl apply -k install/kubernetes` sends, in the order of the kustomization; image names as written. */
export const installManifests: readonly Manifest[] = kustomization.resources.flatMap((file) =>
  parseAllDocuments(readFileSync(join(kubernetesFolder, file), "utf8")).map((document) => document.toJS() as Manifest),
);

/** The one manifest of a kind, or of a kind and name. */
export function installManifest(kind: string, name?: string): Manifest {
  const found = installManifests.filter(
    (manifest) => manifest.kind === kind && manifest.metadata.name === (name ?? manifest.metadata.name),
  );
  if (found.length !== 1) throw new Error(`There are ${found.length} manifests of kind ${kind} in install/kubernetes.`);
  return found[0]!;
}

export interface ClusterRole extends Manifest {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}
