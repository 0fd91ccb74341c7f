import { describe, expect, test } from "@jest/globals";
import { appSpecSchema, Capability } from "../app/app-spec.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { importCondition, readApp } from "./read-app.js";

const deployment = (
  container: object = {},
  pod: object = {},
  selector: object = { matchLabels: { app: "web" } },
): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: { selector, template: { spec: { containers: [{ name: "web", image: "x:1", ...container }], ...pod } } },
});
const source = { language: "GO", repository: { provider: "GITHUB", path: "acme/web" } };

test("whatever runs gives a spec that is valid as soon as its source is known", () => {
  const least = readApp(deployment(), undefined);
  expect(least).toMatchObject({ image: "x:1", selector: { app: "web" }, spec: { replicas: 1, ports: [] } });
  expect(appSpecSchema.safeParse({ ...least.spec, ...source }).error).toBeUndefined();
});

describe("it says what no spec can say", () => {
  test.each<[string, Manifest, RegExp]>([
    ["of resources that are not limited", deployment(), /no limits of memory; 512Mi/],
    ["of other containers", deployment({}, { containers: [{ name: "web", image: "x" }, { name: "proxy" }] }), /proxy/],
    ["of volumes", deployment({}, { volumes: [{ name: "a" }] }), /volumes/],
    ["of init containers", deployment({}, { initContainers: [{ name: "a" }] }), /initContainers/],
    [
      "of a capability that no spec gives",
      deployment({ securityContext: { capabilities: { add: ["NET_RAW"] } } }),
      /NET_RAW/,
    ],
    ["of a privileged container", deployment({ securityContext: { privileged: true } }), /securityContext.privileged/],
    ["of the group of its files", deployment({}, { securityContext: { fsGroup: 7 } }), /securityContext.fsGroup/],
    ["of a startup probe", deployment({ startupProbe: {} }), /startupProbe/],
    ["of variables from elsewhere", deployment({ env: [{ name: "A", valueFrom: {} }] }), /variables A come/],
    ["of a probe that it does not know", deployment({ readinessProbe: { grpc: { port: 1 } } }), /readinessProbe/],
  ])("%s", (_what, given, note) => {
    expect(readApp(given, undefined).notes).toContainEqual(expect.stringMatching(note));
  });
  test("and nothing of what is not there", () => {
    const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };
    const pod = { volumes: [], hostNetwork: false, initContainers: null };
    expect(readApp(deployment({ resources }, pod), undefined).notes).toEqual([]);
  });
});

describe("it says as whom the app's container runs, as it does today", () => {
  const all = Object.keys(Capability);
  test.each<[string, object, object, object | undefined]>([
    ["root where nothing is said", {}, {}, { runAsUser: null, runAsRoot: true, capabilities: all }],
    ["root by its number, whatever is said beside it", { runAsUser: 0, runAsNonRoot: true }, {}, { runAsUser: null, runAsRoot: true, capabilities: all }],
    ["root without what is dropped", { capabilities: { drop: ["CHOWN"] } }, {}, { runAsUser: null, runAsRoot: true, capabilities: all.filter((each) => each !== "CHOWN") }],
    ["root with what is added alone", { capabilities: { drop: ["ALL"], add: ["KILL"] } }, {}, { runAsUser: null, runAsRoot: true, capabilities: ["KILL"] }],
    ["a user of the pod", {}, { runAsUser: 7 }, { runAsUser: 7, runAsRoot: false, capabilities: [] }],
    ["a user of the container, which comes first", { runAsUser: 8 }, { runAsUser: 7 }, { runAsUser: 8, runAsRoot: false, capabilities: [] }],
    ["as every app does", {}, { runAsNonRoot: true }, undefined],
    ["with a capability of its own", { runAsNonRoot: true, capabilities: { add: ["KILL"] } }, {}, { runAsUser: null, runAsRoot: false, capabilities: ["KILL"] }],
  ])("%s", (_what, ofContainer, ofPod, security) => {
    const { spec } = readApp(deployment({ securityContext: ofContainer }, { securityContext: ofPod }), undefined);
    expect(spec["security"]).toEqual(security);
    expect(appSpecSchema.safeParse({ ...spec, ...source }).error).toBeUndefined();
  }); // prettier-ignore
});

test("a limit that is not said is never below what is requested", () => {
  const { spec } = readApp(deployment({ resources: { requests: { cpu: "4", memory: "1Gi" } } }), undefined);
  expect(spec["resources"]).toEqual({ requests: { cpu: "4", memory: "1Gi" }, limits: { cpu: "4", memory: "1Gi" } });
});

test("what no app can be is not importable", () => {
  expect(importCondition(deployment())).toBeNull();
  expect(importCondition(deployment({}, {}, { matchExpressions: [] }))?.message).toMatch(/expressions/);
  expect(importCondition(deployment({ image: undefined }))?.message).toMatch(/image/);
});
