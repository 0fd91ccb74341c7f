import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { DryRunResult } from "../../../upstreams/dry-run.js";
import { Digests } from "../../../kernel/digests.js";
import { Keyring } from "../../../kernel/keyring.js";
import { differences, judge as judgeWith } from "./object-planner.js";

const digests = new Digests(new Keyring([Buffer.alloc(32, 1)]), "plan marks");
const judge = (manifest: Manifest, result: DryRunResult) => judgeWith(manifest, result, (text) => digests.of(text));

const manifest = (kind: string, more: object = {}): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "web", namespace: "shop" },
  ...more,
});
const stored = (of: Manifest): NonNullable<DryRunResult["before"]> => ({ manifest: of, uid: "u1", version: "7" });
const refused = (reason: "INVALID" | "IMMUTABLE" | "NO_NAMESPACE", message = "spec.selector: field is immutable") => ({
  refusal: { reason, message },
});

describe("what becomes of an object", () => {
  const [one, two] = [manifest("ConfigMap", { data: { a: "1" } }), manifest("ConfigMap", { data: { a: "2" } })];
  test.each<[string, DryRunResult, object]>([
    ["is made where there is none", { after: one }, { action: "CREATE", fields: [], condition: null, uid: null }],
    ["is made in a namespace that is still to be made", refused("NO_NAMESPACE"), { action: "CREATE", condition: null }],
    ["stays as it is", { before: stored(one), after: one }, { action: "KEEP", fields: [], uid: "u1" }],
    [
      "is updated field by field",
      { before: stored(one), after: two },
      { action: "UPDATE", fields: [{ path: "data.a", before: "1", after: "2" }] },
    ],
    [
      "is refused",
      { before: stored(one), ...refused("INVALID", "no") },
      { action: "UPDATE", condition: { code: "UPSTREAM_REJECTED", message: "no" } },
    ],
    [
      "is made anew",
      { before: stored(two), ...refused("IMMUTABLE") },
      { action: "REPLACE", condition: null, uid: "u1" },
    ],
  ])("it %s", (_what, result, expected) => {
    expect(judge(one, result)).toMatchObject(expected);
  });

  test("a claim holds data and is never made anew", () => {
    const claim = manifest("PersistentVolumeClaim", { spec: { resources: {} } });
    const { action, condition } = judge(claim, { before: stored(claim), ...refused("IMMUTABLE", "spec is immutable") });
    expect(action).toBe("REPLACE");
    expect(condition).toEqual({ code: "OBJECT_IMMUTABLE", message: expect.stringContaining("holds data") });
  });

  test("of a Secret only that it changes is told, and yet another change is another one", () => {
    const secret = (value: string): Manifest => manifest("Secret", { data: { password: value } });
    const [first, second] = ["Mg==", "Mw=="].map((after) =>
      judge(secret("MQ=="), { before: stored(secret("MQ==")), after: secret(after) }),
    );
    expect(first!.fields).toEqual([{ path: "data.password", before: null, after: null, isSecret: true }]);
    expect(JSON.stringify(first)).not.toContain("Mg==");
    expect(first!.mark).not.toBe(second!.mark);
  });
});

test("the same change is the same in whatever order its fields come", () => {
  const labelled = (labels: Record<string, string>): Manifest => manifest("ConfigMap", { data: labels });
  const marks = [labelled({ a: "1", b: "2" }), labelled({ b: "2", a: "1" })].map(
    (after) => judge(after, { before: stored(labelled({})), after }).mark,
  );
  expect(marks[1]).toBe(marks[0]);
});

describe("what has changed since", () => {
  const at = (replicas: number, wanted: number) =>
    judge(manifest("Deployment", { spec: { replicas: wanted } }), {
      before: stored(manifest("Deployment", { spec: { replicas } })),
      after: manifest("Deployment", { spec: { replicas: wanted } }),
    });
  test("is nothing where the same would come of it", () => {
    expect(differences([at(1, 2)], [at(1, 2)])).toEqual([]);
  });
  test.each<[string, Parameters<typeof differences>, RegExp]>([
    ["an object that somebody changed", [[at(1, 2)], [at(5, 2)]], /Deployment web was changed in the cluster/],
    ["an object that is there now", [[], [at(1, 2)]], /Deployment web was not there/],
    ["an object that is gone", [[at(1, 2)], [judge(manifest("Deployment"), { after: manifest("Deployment") })]], /web/],
  ])("is %s", (_what, given, message) => {
    expect(differences(...given)).toEqual([
      { what: "OBJECT", name: "Deployment/web", message: expect.stringMatching(message) },
    ]);
  });
});
