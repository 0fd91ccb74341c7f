import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../src/upstreams/cluster-object.js";
import {
  expressionProblem,
  refusalsOf,
  type Admission,
  type ValidatingAdmissionPolicy,
} from "./support/admission-policies.js";
import { goldenObjects } from "./support/golden-objects.js";
import { installManifest, installManifests } from "./support/install-manifests.js";
import { shapeProblems } from "./support/kubernetes-shapes.js";

const policies = installManifests.filter(
  ({ kind }) => kind === "ValidatingAdmissionPolicy",
) as ValidatingAdmissionPolicy[];
const account = installManifest("ServiceAccount").metadata;
const server = `system:serviceaccount:${account.namespace}:${account.name}`;

const namespaceOf = (name: string, labels: Readonly<Record<string, string>> = {}): object => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "kubernetes.io/metadata.name": name, ...labels } },
});
const ours = { "app.kubernetes.io/managed-by": "orrery" };
const offered = { "orrery.dev/import": "allowed" };

/** A request of the server in a namespace of its own, unless it says otherwise. */
const inside = (resource: string, given: Partial<Admission>): Admission => {
  const namespace = given.namespace ?? "pay";
  return {
    operation: given.object ? "CREATE" : "DELETE",
    resource,
    name: "api",
    namespace,
    username: server,
    namespaceObject: namespaceOf(namespace, ours),
    ...given,
  };
};
const about = (name: string, given: Partial<Admission>): Admission => ({
  operation: given.oldObject ? "UPDATE" : "CREATE",
  resource: "/namespaces",
  name,
  namespace: name,
  username: server,
  ...given,
});

const pod = { containers: [{ name: "api", image: "api:1", ports: [{ containerPort: 8080, protocol: "TCP" }] }] };
const deployment = (spec: object = {}, metadata: object = { name: "api" }): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: { replicas: 1, template: { metadata: { labels: {} }, spec: { ...pod, ...spec } } },
});
const container = (more: object): object => deployment({ containers: [{ ...pod.containers[0], ...more }] });
const secured = (securityContext: object): object => container({ securityContext });
const cronJob = (spec: object): object => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "api" },
  spec: { schedule: "@daily", jobTemplate: { spec: { template: { spec: { ...pod, ...spec } } } } },
});
const binding = (roleRef: object, subjects?: readonly object[]): object => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: "orrery-namespace" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "orrery-namespace", ...roleRef },
  subjects: subjects ?? [{ kind: "ServiceAccount", name: account.name, namespace: account.namespace }],
});
const bindings = "rbac.authorization.k8s.io/rolebindings";

test("every policy and binding has the shape that Kubernetes wants, and every expression parses", () => {
  const admission = installManifests.filter(({ kind }) => kind.startsWith("ValidatingAdmissionPolicy"));
  expect(admission.flatMap(shapeProblems)).toEqual([]);
  const bound = admission.filter(({ kind }) => kind.endsWith("Binding")) as (Manifest & { spec: object })[];
  expect(bound.map(({ spec }) => spec)).toEqual(
    policies.map(({ metadata }) => ({ policyName: metadata.name, validationActions: ["Deny"] })),
  );
  const expressions = policies.flatMap(({ spec }) =>
    [...(spec.matchConditions ?? []), ...(spec.variables ?? []), ...spec.validations].map((each) => each.expression),
  );
  expect(expressions.map(expressionProblem).filter((problem) => problem !== undefined)).toEqual([]);
  // Without a reason a refusal is 422, which is told as a mistake in the object.
  expect(new Set(policies.flatMap(({ spec }) => spec.validations.map(({ reason }) => reason)))).toEqual(
    new Set(["Forbidden"]),
  );
});

describe("the policies let the server", () => {
  test.each<[string, Admission]>([
    ["make a namespace", about("pay", { object: namespaceOf("pay", ours) })],
    [
      "change a namespace of its own",
      about("pay", { object: namespaceOf("pay", ours), oldObject: namespaceOf("pay", ours) }),
    ],
    [
      "import a namespace that an administrator offers",
      about("shop", { object: namespaceOf("shop", { ...ours, ...offered }), oldObject: namespaceOf("shop", offered) }),
    ],
    ["bind itself", inside(bindings, { object: binding({}) })],
    ["store a Secret", inside("/secrets", { object: { metadata: { name: "api" }, type: "Opaque" } })],
    ["make a Service", inside("/services", { object: { metadata: { name: "api" }, spec: { ports: [] } } })],
    ["remove a Secret", inside("/secrets", { oldObject: { metadata: { name: "api" }, type: "Opaque" } })],
    ["remove a Deployment", inside("apps/deployments", { oldObject: deployment() })],
    [
      "run an app as its own account",
      inside("apps/deployments", { object: deployment({ serviceAccountName: "api" }) }),
    ],
    [
      "run an app as the default account",
      inside("apps/deployments", { object: deployment({ serviceAccountName: "default", serviceAccount: "default" }) }),
    ],
    [
      "leave an imported app its account",
      inside("apps/deployments", {
        operation: "UPDATE",
        object: deployment({ serviceAccountName: "robot", serviceAccount: "robot" }),
        oldObject: deployment({ serviceAccountName: "robot", serviceAccount: "robot" }),
      }),
    ],
    [
      "drop capabilities",
      inside("apps/deployments", {
        object: secured({ privileged: false, capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
      }),
    ],
    [
      "mount what is the app's",
      inside("apps/deployments", {
        object: deployment({
          volumes: [
            { name: "a", emptyDir: {} },
            { name: "b", secret: { secretName: "api" } },
          ],
        }),
      }),
    ],
    ["run a CronJob", inside("batch/cronjobs", { object: cronJob({ serviceAccountName: "api" }) })],
  ])("%s", (_what, admission) => {
    expect(refusalsOf(policies, admission)).toEqual([]);
  });

  const namespaced = goldenObjects.filter(
    ({ pair, object }) => pair.startsWith("kubernetes/") && object.metadata.namespace,
  );
  test.each(namespaced)("apply what the template of $pair makes", ({ object }) => {
    const [group] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : [""];
    const resource = `${group}/${object.kind.toLowerCase()}s`;
    const admission = inside(resource, { object, name: object.metadata.name, namespace: object.metadata.namespace });
    expect(refusalsOf(policies, admission)).toEqual([]);
  });

  test("and nobody else is asked anything", () => {
    const others = inside("apps/deployments", {
      object: secured({ privileged: true }),
      namespaceObject: namespaceOf("x"),
    });
    expect(
      refusalsOf(policies, { ...others, username: "system:serviceaccount:kube-system:deployment-controller" }),
    ).toEqual([]);
  });
});

const refused: readonly [string, Admission, RegExp][] = [
  [
    "label kube-system",
    about("kube-system", {
      object: namespaceOf("kube-system", ours),
      oldObject: namespaceOf("kube-system", offered),
    }),
    /no place for apps/,
  ],
  [
    "label the namespace that it runs in",
    about("orrery", { object: namespaceOf("orrery", ours), oldObject: namespaceOf("orrery", offered) }),
    /no place for apps/,
  ],
  [
    "label a namespace that nobody offers",
    about("vault", { object: namespaceOf("vault", ours), oldObject: namespaceOf("vault") }),
    /not Orrery's.*orrery\.dev\/import=allowed/,
  ],
  [
    "offer a namespace to itself",
    about("vault", { object: namespaceOf("vault", { ...ours, ...offered }), oldObject: namespaceOf("vault") }),
    /not Orrery's/,
  ],
  ["make a namespace without its label", about("pay", { object: namespaceOf("pay") }), /carries its label/],
  [
    "take its label off",
    about("pay", { object: namespaceOf("pay"), oldObject: namespaceOf("pay", ours) }),
    /carries its label/,
  ],
  ["delete a namespace", about("pay", { operation: "DELETE", oldObject: namespaceOf("pay", ours) }), /nothing else/],
  [
    "finish a namespace off",
    about("pay", { subResource: "finalize", object: namespaceOf("pay", ours), oldObject: namespaceOf("pay", ours) }),
    /nothing else/,
  ],
  [
    "write in a namespace without its label",
    inside("/secrets", { object: { metadata: { name: "a" } }, namespaceObject: namespaceOf("vault") }),
    /outside of the namespaces/,
  ],
  [
    "delete in a namespace without its label",
    inside("/secrets", { oldObject: { metadata: { name: "a" } }, namespaceObject: namespaceOf("vault") }),
    /outside of the namespaces/,
  ],
  [
    "write in kube-system, even if somebody labels it",
    inside("/configmaps", {
      object: {},
      namespace: "kube-system",
      namespaceObject: namespaceOf("kube-system", ours),
    }),
    /outside of the namespaces/,
  ],
  [
    "write beside itself, even if somebody labels that",
    inside("/configmaps", { object: {}, namespace: "orrery", namespaceObject: namespaceOf("orrery", ours) }),
    /outside of the namespaces/,
  ],
  [
    "write what lies in no namespace",
    {
      operation: "CREATE",
      resource: "rbac.authorization.k8s.io/clusterrolebindings",
      name: "a",
      username: server,
      object: binding({}),
    },
    /outside of the namespaces/,
  ],
  [
    "change a ClusterRole",
    {
      operation: "UPDATE",
      resource: "rbac.authorization.k8s.io/clusterroles",
      name: "a",
      username: server,
      object: {},
      oldObject: {},
    },
    /outside of the namespaces/,
  ],
  [
    "bind itself in a namespace without its label",
    inside(bindings, { object: binding({}), namespaceObject: namespaceOf("vault") }),
    /outside of the namespaces/,
  ],
  [
    "bind itself to another ClusterRole",
    inside(bindings, { object: binding({ name: "cluster-admin" }) }),
    /gives no other rights/,
  ],
  ["bind itself to a Role", inside(bindings, { object: binding({ kind: "Role" }) }), /gives no other rights/],
  [
    "bind somebody else",
    inside(bindings, { object: binding({}, [{ kind: "ServiceAccount", name: "default", namespace: "pay" }]) }),
    /gives no other rights/,
  ],
  [
    "bind somebody else too",
    inside(bindings, {
      object: binding({}, [
        { kind: "ServiceAccount", name: account.name, namespace: account.namespace },
        { kind: "Group", name: "system:authenticated" },
      ]),
    }),
    /gives no other rights/,
  ],
  ["bind nobody", inside(bindings, { object: binding({}, []) }), /gives no other rights/],
  ["remove a RoleBinding", inside(bindings, { oldObject: binding({}) }), /gives no other rights/],
  [
    "make a Role",
    inside("rbac.authorization.k8s.io/roles", { object: { metadata: { name: "a" }, rules: [] } }),
    /gives no other rights/,
  ],
  [
    "enter a pod",
    inside("/pods", { operation: "CONNECT", subResource: "exec", object: { kind: "PodExecOptions" } }),
    /no subresources/,
  ],
  [
    "ask for a token of an account",
    inside("/serviceaccounts", { operation: "CREATE", subResource: "token", object: {} }),
    /no subresources/,
  ],
  ["start a bare pod", inside("/pods", { object: { metadata: { name: "a" }, spec: pod } }), /no pods/],
  [
    "have the token of an account written into a Secret",
    inside("/secrets", { object: { metadata: { name: "a" }, type: "kubernetes.io/service-account-token" } }),
    /no Secrets that hold tokens/,
  ],
  [
    "take the traffic of an address",
    inside("/services", { object: { spec: { externalIPs: ["192.0.2.1"] } } }),
    /externalIPs/,
  ],
  [
    "run pods as another account",
    inside("apps/deployments", { object: deployment({ serviceAccountName: "vault-admin" }) }),
    /service account of their app's name/,
  ],
  [
    "change an app's account",
    inside("apps/deployments", {
      operation: "UPDATE",
      object: deployment({ serviceAccountName: "robot" }),
      oldObject: deployment(),
    }),
    /service account of their app's name/,
  ],
  [
    "run pods as another account by its old name",
    inside("apps/deployments", { object: deployment({ serviceAccount: "vault-admin" }) }),
    /service account of their app's name/,
  ],
  [
    "share the node's network",
    inside("apps/deployments", { object: deployment({ hostNetwork: true }) }),
    /share no network/,
  ],
  [
    "share the node's processes",
    inside("apps/daemonsets", { object: deployment({ hostPID: true }) }),
    /share no network/,
  ],
  ["share the node's memory", inside("batch/cronjobs", { object: cronJob({ hostIPC: true }) }), /share no network/],
  [
    "choose a node",
    inside("apps/deployments", { object: deployment({ nodeName: "node-1" }) }),
    /placed by the scheduler/,
  ],
  [
    "mount the node's files",
    inside("apps/deployments", { object: deployment({ volumes: [{ name: "a", hostPath: { path: "/" } }] }) }),
    /Volumes/,
  ],
  [
    "mount what a driver makes of words",
    inside("apps/deployments", { object: deployment({ volumes: [{ name: "a", csi: { driver: "d" } }] }) }),
    /Volumes/,
  ],
  [
    "take a port of the node",
    inside("apps/deployments", { object: container({ ports: [{ containerPort: 80, hostPort: 80 }] }) }),
    /no ports of their node/,
  ],
  [
    "run a privileged container",
    inside("apps/deployments", { object: secured({ privileged: true }) }),
    /not privileged/,
  ],
  [
    "run a privileged container before the others",
    inside("apps/deployments", {
      object: deployment({ initContainers: [{ name: "i", image: "i", securityContext: { privileged: true } }] }),
    }),
    /not privileged/,
  ],
  [
    "add a capability",
    inside("apps/deployments", { object: secured({ capabilities: { add: ["SYS_ADMIN"] } }) }),
    /capabilities/,
  ],
  ["unmask /proc", inside("apps/deployments", { object: secured({ procMount: "Unmasked" }) }), /masked/],
  [
    "run unconfined",
    inside("apps/deployments", {
      object: deployment({ securityContext: { seccompProfile: { type: "Unconfined" } } }),
    }),
    /confined/,
  ],
  [
    "run without AppArmor",
    inside("apps/deployments", { object: secured({ appArmorProfile: { type: "Unconfined" } }) }),
    /confined/,
  ],
  [
    "choose an SELinux role",
    inside("apps/deployments", { object: secured({ seLinuxOptions: { role: "sysadm_r" } }) }),
    /SELinux/,
  ],
  [
    "run processes of the node",
    inside("apps/deployments", { object: secured({ windowsOptions: { hostProcess: true } }) }),
    /no processes of their node/,
  ],
  [
    "set kernel parameters",
    inside("apps/deployments", {
      object: deployment({ securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } }),
    }),
    /kernel parameters/,
  ],
  [
    "be misunderstood",
    inside("apps/deployments", { object: { metadata: { name: "a" }, spec: { template: { spec: {} } } } }),
    /containers/i,
  ],
];

describe("the policies do not let the server", () => {
  test.each(refused)("%s", (_what, admission, words) => {
    expect(refusalsOf(policies, admission).join("\n")).toMatch(words);
  });

  test("and each of their validations is needed for that", () => {
    const messages = policies.flatMap(({ spec }) => spec.validations.map(({ message }) => message));
    const said = new Set(refused.flatMap(([, admission]) => refusalsOf(policies, admission)));
    expect(messages.filter((message) => !said.has(message))).toEqual([]);
  });
});
