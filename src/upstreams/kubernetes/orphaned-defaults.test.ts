import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster-object.js";
import { withDefaultsKept, orphanedDefaults, withDefaultsReplaced } from "./orphaned-defaults.js";

const deployment = (container: object): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: { template: { spec: { containers: [{ name: "proxy" }, { name: "web", ...container }] } } },
});
const probe = { httpGet: { path: "/", port: 80, scheme: "HTTP" }, timeoutSeconds: 1 };
const stored = deployment({ image: "x:1", args: ["a"], readinessProbe: probe });
const owned = {
  "f:spec": {
    "f:template": {
      "f:spec": {
        "f:containers": {
          'k:{"name":"web"}': {
            ".": {},
            "f:name": {},
            "f:image": {},
            "f:args": {},
            "f:readinessProbe": { "f:httpGet": { "f:path": {}, "f:port": {} } },
          },
        },
      },
    },
  },
};
const of = (manifest: Manifest, manager = "orrery", operation = "Apply") =>
  orphanedDefaults(stored, [{ manager, operation, fieldsV1: owned }], "orrery", manifest).map(({ pointer }) => pointer);
const pointer = "/spec/template/spec/containers/1/readinessProbe";

describe("what a manifest leaves behind", () => {
  test.each<[string, Manifest, string[]]>([
    ["is nothing where all of it is set", stored, []],
    ["is a probe that is taken away", deployment({ image: "x:1" }), [pointer]],
    ["is a probe that is asked otherwise", deployment({ readinessProbe: { exec: { command: ["a"] } } }), [pointer]],
    ["is no plain value", deployment({ readinessProbe: probe }), []],
    ["is no container that goes as a whole", { ...stored, spec: { template: { spec: { containers: [] } } } }, []],
  ])("%s", (_what, manifest, expected) => {
    expect(of(manifest)).toEqual(expected);
  });

  test("is only what we have set, by applying", () => {
    expect(of(deployment({}), "kubectl")).toEqual([]);
    expect(of(deployment({}), "orrery", "Update")).toEqual([]);
  });
});

test("what is kept for a try gives way to what the manifest says", () => {
  const wanted = deployment({ image: "x:2", readinessProbe: { tcpSocket: { port: 9 } } });
  const parts = orphanedDefaults(
    stored,
    [{ manager: "orrery", operation: "Apply", fieldsV1: owned }],
    "orrery",
    wanted,
  );
  const kept = withDefaultsKept(wanted, stored, parts);
  expect(kept).toEqual(deployment({ image: "x:2", readinessProbe: probe }));
  expect(withDefaultsReplaced(kept, wanted, parts)).toEqual(wanted);
  const none = deployment({ image: "x:2" });
  expect(withDefaultsReplaced(withDefaultsKept(none, stored, parts), none, parts)).toEqual(none);
});
