import { readFileSync, writeFileSync } from "node:fs";
import type { SandboxUpstreams } from "../../src/demo/sandbox-upstreams.js";
import type { KubeObject } from "../../src/sandbox/kubernetes/kube-object.js";
import { installManifest, installManifests } from "./install-manifests.js";

const kinds = ["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"];

/** From now on the kubeconfig is the service account's of an installation: it may do what `install/kubernetes` lets it do, and no more. */
export function restrictToInstalledRights({ kubernetes, environment }: SandboxUpstreams): void {
  for (const manifest of installManifests.filter(({ kind }) => kinds.includes(kind)))
    kubernetes.create(structuredClone(manifest) as unknown as KubeObject);
  const { name, namespace = "" } = installManifest("ServiceAccount").metadata;
  const token = kubernetes.tokenOf({ namespace, name });
  const file = environment["KUBECONFIG"]!;
  const { users, ...rest } = JSON.parse(readFileSync(file, "utf8")) as { readonly users: readonly { name: string }[] };
  const asAccount = users.map(({ name: user }) => ({ name: user, user: { token } }));
  writeFileSync(file, JSON.stringify({ ...rest, users: asAccount }), { mode: 0o600 });
}
