import { expect, test } from "@jest/globals";
import { assert, jsonValue, property } from "fast-check";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { fieldChanges, objectChanges } from "./object-changes.js";

const object = (kind: string, name: string, more: object = {}): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata: { name },
  ...more,
});

test("objects come, go and change, told apart by kind and name", () => {
  const before = [
    object("Service", "web", { spec: { port: 1 } }),
    object("Ingress", "web"),
    object("ConfigMap", "web"),
  ];
  const after = [
    object("Service", "web", { spec: { port: 2 } }),
    object("Deployment", "web"),
    object("ConfigMap", "web"),
  ];
  expect(objectChanges(before, after)).toEqual([
    {
      action: "UPDATE",
      kind: "Service",
      name: "web",
      fields: [{ path: "spec.port", before: 1, after: 2, isSecret: false }],
    },
    { action: "CREATE", kind: "Deployment", name: "web", fields: [] },
    { action: "DELETE", kind: "Ingress", name: "web", fields: [] },
  ]);
});

test.each<[string, unknown, unknown, [string, unknown, unknown][]]>([
  ["a field that comes", { a: 1 }, { a: 1, b: [] }, [["b", null, []]]],
  ["a field that goes", { a: { b: 1 } }, { a: {} }, [["a.b", 1, null]]],
  ["another type", { a: { b: 1 } }, { a: "x" }, [["a", { b: 1 }, "x"]]],
  ["a key that is no word", { "a.b/c": 1 }, { "a.b/c": 2 }, [['["a.b/c"]', 1, 2]]],
  [
    "an item of a list of names",
    {
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
    },
    {
      env: [
        { name: "B", value: "3" },
        { name: "A", value: "1" },
      ],
    },
    [["env[name=B].value", "2", "3"]],
  ],
  [
    "a new item of one",
    { env: [{ name: "A" }] },
    { env: [{ name: "A" }, { name: "B" }] },
    [["env[name=B]", null, { name: "B" }]],
  ],
  ["an item of a plain list", { args: ["a", "b"] }, { args: ["a", "c"] }, [["args[1]", "b", "c"]]],
  [
    "names that are not unique",
    [{ name: "a" }, { name: "a" }],
    [{ name: "a" }, { name: "b" }],
    [["", [{ name: "a" }, { name: "a" }], [{ name: "a" }, { name: "b" }]]],
  ],
])("%s", (_what, before, after, expected) => {
  expect(fieldChanges(before, after).map(({ path, before, after }) => [path, before, after])).toEqual(expected);
});

test("of a secret it is told that it changed, and never what it is", () => {
  const secret = (data: string) => object("Secret", "keys", { data: { token: data }, type: data });
  const changes = objectChanges([secret("old-value")], [secret("new-value")]);
  expect(changes[0]!.fields).toContainEqual({ path: "data.token", before: null, after: null, isSecret: true });
  expect(JSON.stringify(changes[0]!.fields.filter(({ path }) => path.startsWith("data")))).not.toContain("value");
});

test("nothing differs from itself, and what differs is told", () => {
  assert(
    property(jsonValue(), jsonValue(), (one, other) => {
      expect(fieldChanges(one, structuredClone(one))).toEqual([]);
      const same = JSON.stringify(one) === JSON.stringify(other);
      if (!same && typeof one !== "object") expect(fieldChanges(one, other)).not.toEqual([]);
    }),
  );
});
