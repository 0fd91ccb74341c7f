import { readFileSync, writeFileSync } from "node:fs";
import type { SandboxUpstreams } from "../../src/demo/sandbox-upstreams.js";
import type { KubeObject } from "../../src/sandbox/kubernetes/kube-object.js";
import { installManifest, installManifests } from "./install-manifests.js";

const kinds = ["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"];

/** Installs the rights of `install/kubernetes` in the sandbox; returns a kubeconfig of the service account, which has these and no others. */
export function installRights({ kubernetes, environment }: SandboxUpstreams): string {
  for (const manifest of installManifests.filter(({ kind }) => kinds.includes(kind)))
    kubernetes.create(structuredClone(manifest) as unknown as KubeObject);
  const { name, namespace = "" } = installManifest("ServiceAccount").metadata;
  const token = kubernetes.tokenOf({ namespace, name });
  const administrator = environment["KUBECONFIG"]!;
  const { users, ...rest } = JSON.parse(readFileSync(administrator, "utf8")) as {
    readonly users: readonly { readonly name: string }[];
  };
  const asAccount = users.map(({ name: user }) => ({ name: user, user: { token } }));
  const file = `${administrator}.installed`;
  writeFileSync(file, JSON.stringify({ ...rest, users: asAccount }), { mode: 0o600 });
  return file;
}
