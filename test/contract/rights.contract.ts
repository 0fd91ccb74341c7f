import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import {
  KubernetesConnection,
  type KubernetesAccess,
  type WireRequest,
} from "../../src/upstreams/kubernetes/kubernetes-connection.js";

/** A cluster where the rights of `install/kubernetes` are installed, seen by the account that has them. */
export interface InstalledRights {
  readonly access: KubernetesAccess;
  /** The namespace that the account lives in. */
  readonly home: string;
  readonly namespaceRole: string;
  /** Lets go of the cluster, and of this namespace. */
  close(namespace: string): Promise<void>;
}

/** What a server that somebody took over may not do, whatever is behind it. */
export function describeRights(name: string, open: () => Promise<InstalledRights>): void {
  describe(`an installed server ${name}`, () => {
    const signal = AbortSignal.timeout(120_000);
    const own = `own-${Date.now().toString(36)}`;
    let opened: InstalledRights;
    let itself: KubernetesConnection;

    beforeAll(async () => {
      opened = await open();
      itself = new KubernetesConnection(opened.access);
      const { access, namespaceRole } = opened;
      const server = new KubernetesCluster({ access, namespaceRole });
      await server.claim({ apiVersion: "v1", kind: "Namespace", metadata: { name: own } }, signal);
    }, 60_000);
    afterAll(async () => {
      itself.forget();
      await opened.close(own);
    });

    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    const apply = (path: string, kind: string, content: object = {}): WireRequest => ({
      method: "PATCH",
      path,
      query: { fieldManager: "orrery", force: "true" },
      headers: { "content-type": "application/apply-patch+yaml" },
      body: JSON.stringify({
        apiVersion: path.replace(/^\/apis?\//, "").replace(/\/(?:namespaces|cluster).*/, ""),
        kind,
        metadata: { name: path.split("/").at(-1) },
        ...content,
      }),
    });
    const clusterAdmin = {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
    };

    test.each<[string, () => WireRequest, RegExp]>([
      ["read a node", () => ({ path: "/api/v1/nodes/any" }), /cannot get resource "nodes"/],
      ["list all Secrets", () => ({ path: "/api/v1/secrets" }), /cannot list resource "secrets"/],
      [
        "list the Secrets of another namespace",
        () => ({ path: "/api/v1/namespaces/kube-system/secrets" }),
        /cannot list resource "secrets"/,
      ],
      [
        "read a Secret of the namespace that it runs in",
        () => ({ path: `/api/v1/namespaces/${opened.home}/secrets/orrery` }),
        /cannot get resource "secrets"/,
      ],
      [
        "write in another namespace",
        () => apply("/api/v1/namespaces/default/configmaps/a", "ConfigMap"),
        /cannot patch resource "configmaps"/,
      ],
      [
        "run something in another namespace",
        () => apply("/apis/apps/v1/namespaces/default/deployments/a", "Deployment"),
        /cannot patch resource "deployments"/,
      ],
      [
        "bind somebody to cluster-admin in a namespace of its own",
        () => apply(`${rbac}/namespaces/${own}/rolebindings/a`, "RoleBinding", clusterAdmin),
        /cannot patch resource "rolebindings"/,
      ],
      [
        "bind somebody to cluster-admin under the name that it may use",
        () => {
          const path = `${rbac}/namespaces/default/rolebindings/${opened.namespaceRole}`;
          return apply(path, "RoleBinding", clusterAdmin);
        },
        /attempting to grant RBAC permissions not currently held/,
      ],
      [
        "bind somebody to cluster-admin everywhere",
        () => apply(`${rbac}/clusterrolebindings/a`, "ClusterRoleBinding", clusterAdmin),
        /cannot patch resource "clusterrolebindings"/,
      ],
      [
        "change its own ClusterRole",
        () => apply(`${rbac}/clusterroles/${opened.namespaceRole}`, "ClusterRole", { rules: [] }),
        /cannot patch resource "clusterroles"/,
      ],
      [
        "enter a pod",
        () => ({ path: `/api/v1/namespaces/${own}/pods/a/exec`, query: { command: "id" } }),
        /cannot get resource "pods\/exec"/,
      ],
      ["start a bare pod", () => apply(`/api/v1/namespaces/${own}/pods/a`, "Pod"), /cannot patch resource "pods"/],
      [
        "delete a namespace",
        () => ({ method: "DELETE", path: `/api/v1/namespaces/${own}` }),
        /cannot delete resource "namespaces"/,
      ],
    ])("may not %s", async (_what, request, words) => {
      const answer = await itself.send(request(), signal);
      const { message } = (await answer.json()) as { readonly message: string };
      expect([answer.status, message]).toEqual([403, expect.stringMatching(words)]);
    });
  });
}
