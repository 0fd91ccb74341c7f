import { describe, expect, test } from "@jest/globals";
import { appSpecSchema } from "../app/app-spec.js";
import type { Manifest } from "../../upstreams/cluster.js";
import { obstacle, readApp } from "./read-app.js";

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

test("a limit that is not said is never below what is requested", () => {
  const { spec } = readApp(deployment({ resources: { requests: { cpu: "4", memory: "1Gi" } } }), undefined);
  expect(spec["resources"]).toEqual({ requests: { cpu: "4", memory: "1Gi" }, limits: { cpu: "4", memory: "1Gi" } });
});

test("what no app can be is an obstacle", () => {
  expect(obstacle(deployment())).toBeUndefined();
  expect(obstacle(deployment({}, {}, { matchExpressions: [] }))).toMatch(/expressions/);
  expect(obstacle(deployment({ image: undefined }))).toMatch(/image/);
});
