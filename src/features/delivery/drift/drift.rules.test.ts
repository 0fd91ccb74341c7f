import { expect, test } from "@jest/globals";
import { labels } from "../../../upstreams/cluster.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { toLiveObject } from "../../../upstreams/kubernetes/live-translation.js";
import type { LiveObject } from "../../../upstreams/live-object.js";
import { addedFields, fieldDrifts, objectDrifts } from "./drift.rules.js";

const container = {
  name: "web",
  image: "web:1",
  args: [],
  env: [
    { name: "EMPTY", value: "" },
    { name: "COLOUR", value: "red" },
  ],
  ports: [{ containerPort: 80 }],
  resources: { limits: { cpu: "0.5", memory: "1024Mi" } },
  readinessProbe: { httpGet: { path: "/", port: 80 }, initialDelaySeconds: 0 },
};
const wanted: Manifest = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "pay", labels: { [labels.app]: "app_1" } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { a: "b" } },
    template: { metadata: { labels: { a: "b" } }, spec: { containers: [container] } },
  },
};
/** What Kubernetes 1.20 makes of that, and notes about it. */
const stored = {
  ...container,
  args: undefined,
  env: [{ name: "EMPTY" }, { name: "COLOUR", value: "red" }],
  ports: [{ containerPort: 80, protocol: "TCP" }],
  resources: { limits: { cpu: "500m", memory: "1Gi" } },
  readinessProbe: { httpGet: { path: "/", port: 80, scheme: "HTTP" }, timeoutSeconds: 1, periodSeconds: 10 },
  imagePullPolicy: "IfNotPresent",
};
const named = { ".": {}, "f:name": {}, "f:value": {} };
const ours = {
  ".": {},
  "f:name": {},
  "f:image": {},
  "f:args": {},
  "f:env": { 'k:{"name":"EMPTY"}': named, 'k:{"name":"COLOUR"}': named },
  "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
  "f:resources": { "f:limits": { "f:cpu": {}, "f:memory": {} } },
  "f:readinessProbe": { "f:httpGet": { "f:path": {}, "f:port": {} }, "f:initialDelaySeconds": {} },
};
const inContainer = (fields: object): object => ({
  "f:template": { "f:spec": { "f:containers": { 'k:{"name":"web"}': fields } } },
});
const entry = (manager: string, spec: object, operation = "Update", time = "2026-01-01T00:00:00Z"): object => ({
  manager,
  operation,
  time,
  fieldsV1: { "f:spec": spec },
});
const applied = (fields: object = ours, spec: object = { "f:replicas": {} }): object =>
  entry("orrery", { ...spec, "f:selector": {}, ...inContainer(fields) }, "Apply");

function live(web: object, managedFields: readonly object[], spec: object = {}): LiveObject {
  const item = {
    metadata: { name: "web", namespace: "pay", labels: { [labels.app]: "app_1", theirs: "too" }, managedFields },
    spec: {
      replicas: 2,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { a: "b" } },
      template: { metadata: { labels: { a: "b" } }, spec: { restartPolicy: "Always", containers: [web] } },
      ...spec,
    },
    status: { replicas: 7 },
  };
  return toLiveObject(item, { apiVersion: "apps/v1", kind: "Deployment" }, "orrery")!;
}
const without = (fields: object, ...names: string[]): object =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
const drifts = (object: LiveObject): object[] =>
  fieldDrifts(wanted, object).map(({ path, kind, wanted: is, live: now, setBy }) => [path, kind, is, now, setBy]);
const at = "spec.template.spec.containers[name=web]";

test("what Kubernetes writes otherwise, fills in, leaves out or keeps for itself is no drift", () => {
  const controller = { ...entry("kube-controller-manager", {}), fieldsV1: { "f:status": { "f:replicas": {} } } };
  expect(drifts(live(stored, [applied(), controller]))).toEqual([]);
});

test("what somebody changed is told, with who did it and when", () => {
  const edit = entry("kubectl-edit", inContainer({ "f:image": {}, "f:args": {} }), "Update", "2026-02-02T00:00:00Z");
  const object = live({ ...stored, image: "web:2", args: ["-v"] }, [applied(without(ours, "f:image", "f:args")), edit]);
  expect(drifts(object)).toEqual([
    [`${at}.image`, "CHANGED", "web:1", "web:2", "kubectl-edit"],
    [`${at}.args`, "CHANGED", [], ["-v"], "kubectl-edit"],
  ]);
  expect(fieldDrifts(wanted, object)[0]!.setAt).toEqual(new Date("2026-02-02T00:00:00Z"));
});

test("of a writing that is another value it is told, and of the same value in someone else's hands it is not", () => {
  const edit = entry("kubectl", inContainer({ "f:resources": { "f:limits": { "f:cpu": {}, "f:memory": {} } } }));
  const of = (limits: object): object[] =>
    drifts(live({ ...stored, resources: { limits } }, [applied(without(ours, "f:resources")), edit]));
  expect(of({ cpu: "500m", memory: "1Gi" })).toEqual([]);
  expect(of({ cpu: "501m", memory: "1G" })).toEqual([
    [`${at}.resources.limits.cpu`, "CHANGED", "0.5", "501m", "kubectl"],
    [`${at}.resources.limits.memory`, "CHANGED", "1024Mi", "1G", "kubectl"],
  ]);
});

test("a value that is an amount only by accident is compared by its letters", () => {
  const env = { "f:env": { 'k:{"name":"COLOUR"}': { "f:value": {} } } };
  const manifest = JSON.parse(JSON.stringify(wanted).replace('"red"', '"0.5"')) as Manifest;
  const web = { ...stored, env: [{ name: "EMPTY" }, { name: "COLOUR", value: "500m" }] };
  const object = live(web, [applied(), entry("kubectl", inContainer(env))]);
  expect(fieldDrifts(manifest, object)).toMatchObject([{ path: `${at}.env[name=COLOUR].value`, kind: "CHANGED" }]);
});

test("what is gone is told, and what others added is told once, whole", () => {
  const side = { name: "side", image: "side:1", imagePullPolicy: "Always" };
  const edit = entry("kubectl-edit", {
    "f:strategy": { "f:type": {} },
    "f:template": {
      "f:metadata": { "f:annotations": { ".": {}, "f:restartedAt": {} } },
      "f:spec": {
        "f:containers": {
          'k:{"name":"side"}': { ".": {}, "f:name": {}, "f:image": {}, "f:imagePullPolicy": {} },
          'k:{"name":"web"}': { "f:env": { 'k:{"name":"MORE"}': named } },
        },
      },
    },
  });
  const web = { ...stored, env: [{ name: "EMPTY" }, { name: "MORE", value: "x" }] };
  const left = { ...ours, "f:env": { 'k:{"name":"EMPTY"}': named } };
  const spec = {
    strategy: { type: "Recreate" },
    template: {
      metadata: { labels: { a: "b" }, annotations: { restartedAt: "now" } },
      spec: { containers: [side, web] },
    },
  };
  const object = live(web, [applied(left), edit], spec);
  expect(drifts(object)).toEqual([
    [`${at}.env[name=COLOUR]`, "REMOVED", { name: "COLOUR", value: "red" }, null, null],
    ["spec.strategy", "ADDED", null, { type: "Recreate" }, "kubectl-edit"],
    ["spec.template.metadata.annotations", "ADDED", null, { restartedAt: "now" }, "kubectl-edit"],
    ["spec.template.spec.containers[name=side]", "ADDED", null, side, "kubectl-edit"],
    [`${at}.env[name=MORE]`, "ADDED", null, { name: "MORE", value: "x" }, "kubectl-edit"],
  ]);
  expect(addedFields(wanted, object)).toContainEqual([
    "spec",
    "template",
    "spec",
    "containers",
    { name: "web" },
    "env",
    { name: "MORE" },
  ]);
});

test("nothing that is not stored is no drift, and nothing that was taken away is", () => {
  const manifest = JSON.parse(JSON.stringify(wanted).replace('"args":[]', '"tty":false')) as Manifest;
  const of = (fields: object): object[] =>
    fieldDrifts(manifest, live(stored, [applied(fields)])).map(({ path }) => path as never);
  expect(of({ ...without(ours, "f:args"), "f:tty": {} })).toEqual([]);
  expect(of(without(ours, "f:args"))).toEqual([`${at}.tty`]);
});

test("a default that an editor is noted for is still one", () => {
  const probe = { "f:readinessProbe": { "f:httpGet": { "f:scheme": {} }, "f:timeoutSeconds": {} } };
  const of = (scheme: string): object[] => {
    const readinessProbe = { ...stored.readinessProbe, httpGet: { path: "/", port: 80, scheme } };
    return drifts(live({ ...stored, readinessProbe }, [applied(), entry("kubectl-edit", inContainer(probe))]));
  };
  expect(of("HTTP")).toEqual([]);
  expect(of("HTTPS")).toEqual([[`${at}.readinessProbe.httpGet.scheme`, "ADDED", null, "HTTPS", "kubectl-edit"]]);
});

test("replicas are the autoscaler's when it sets them, and drift when nobody is known to have", () => {
  const scaled = (by: string): object[] =>
    drifts(live(stored, [applied(ours, {}), entry(by, { "f:replicas": {} })], { replicas: 5 }));
  expect(scaled("kube-controller-manager")).toEqual([]);
  expect(scaled("kubectl")).toEqual([["spec.replicas", "CHANGED", 2, 5, "kubectl"]]);
  // What admission makes of our own request is noted as an update by us.
  expect(scaled("orrery")).toEqual([]);
  expect(drifts(live(stored, [applied()], { replicas: 5 }))).toEqual([["spec.replicas", "CHANGED", 2, 5, null]]);
});

test("of a Secret only that it differs is told", () => {
  const secret: Manifest = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", labels: { [labels.app]: "app_1" } },
    stringData: { same: "1", other: "2" },
  };
  const of = (data: object): LiveObject => {
    const managedFields = [
      { manager: "kubectl", operation: "Update", fieldsV1: { "f:data": { "f:other": {}, "f:new": {} } } },
    ];
    return toLiveObject(
      { metadata: { ...secret.metadata, managedFields }, data, type: "Opaque" } as never,
      secret,
      "orrery",
    )!;
  };
  expect(fieldDrifts(secret, of({ same: "MQ==", other: "Mg==" }))).toEqual([]);
  const hidden = { wanted: null, live: null, isSecret: true, setBy: "kubectl" };
  expect(fieldDrifts(secret, of({ same: "MQ==", other: "Mw==", new: "Mw==" }))).toMatchObject([
    { path: "data.other", kind: "CHANGED", ...hidden },
    { path: "data.new", kind: "ADDED", ...hidden },
  ]);
  expect(JSON.stringify(of({ other: "c2VjcmV0" }))).not.toContain("c2VjcmV0");
});

test("an object is missing only when all of its kind are known", () => {
  expect(objectDrifts([wanted], [], () => true)).toMatchObject([{ kind: "Deployment", isMissing: true, fields: [] }]);
  expect(objectDrifts([wanted], [], () => false)).toEqual([]);
  expect(objectDrifts([wanted], [live(stored, [applied()])], () => true)).toEqual([]);
});
