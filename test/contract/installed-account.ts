import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { KubernetesConnection } from "../../src/upstreams/kubernetes/kubernetes-connection.js";
import { installManifest, installManifests } from "../support/install-manifests.js";
import { eventually } from "../support/eventually.js";

const rights = ["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"];

/** The service account of an installation on a real cluster, with the rights of `install/kubernetes` and no others. */
export interface InstalledAccount {
  /** A kubeconfig with its token: what a pod of the Deployment finds mounted, and nothing else. */
  readonly kubeconfig: string;
  /** The namespace that it lives in. */
  readonly home: string;
  readonly namespaceRole: string;
  /** A manifest as kustomize would send it for another namespace; cluster-wide names follow it, as two installations need. */
  readonly installed: (manifest: Manifest) => Manifest;
  /** Removes it, and these namespaces. */
  remove(...namespaces: readonly string[]): Promise<void>;
}

/** Installs the rights as the administrator of this kubeconfig; resolves when they are in effect. */
export async function installAccount(kubeconfig: string): Promise<InstalledAccount> {
  const signal = AbortSignal.timeout(120_000);
  const home = `orrery-${Date.now().toString(36)}`;
  const namespaceRole = `${home}-namespace`;
  const installed = (manifest: Manifest): Manifest =>
    JSON.parse(
      JSON.stringify(manifest)
        .replaceAll('"orrery-namespace"', JSON.stringify(namespaceRole))
        .replaceAll(/"(name|namespace)":"orrery"/g, `"$1":"${home}"`),
    ) as Manifest;
  const administrator = new KubernetesCluster({ access: { kubeconfig } });
  await administrator.apply(installManifests.filter(({ kind }) => rights.includes(kind)).map(installed), signal);
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    name: installed(installManifest("ServiceAccount")).metadata.name,
    namespace: home,
    body: { spec: { audiences: [], expirationSeconds: 600 } },
  });
  const folder = mkdtempSync(join(tmpdir(), "orrery-install-"));
  const file = join(folder, "kubeconfig");
  const { users, ...rest } = parse(readFileSync(kubeconfig, "utf8")) as { users: readonly { name: string }[] };
  const asAccount = users.map(({ name }) => ({ name, user: { token: status!.token } }));
  writeFileSync(file, stringify({ ...rest, users: asAccount }), { mode: 0o600 });
  // RBAC learns of a new binding from a watch.
  await eventually(() => new KubernetesCluster({ access: { kubeconfig: file } }).namespaces(signal));
  return {
    kubeconfig: file,
    home,
    namespaceRole,
    installed,
    remove: async (...namespaces) => {
      const wire = new KubernetesConnection({ kubeconfig });
      const rbac = "/apis/rbac.authorization.k8s.io/v1";
      const paths = [
        `${rbac}/clusterrolebindings/${home}`,
        `${rbac}/clusterroles/${home}`,
        `${rbac}/clusterroles/${namespaceRole}`,
        ...[home, ...namespaces].map((namespace) => `/api/v1/namespaces/${namespace}`),
      ];
      for (const path of paths) await (await wire.send({ method: "DELETE", path }, AbortSignal.timeout(30_000))).text();
      wire.forget();
      rmSync(folder, { recursive: true });
    },
  };
}
