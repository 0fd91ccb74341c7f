import { describe, expect, test } from "@jest/globals";
import { withPodSecurity } from "./namespace-security.js";
import type { PodSecurity } from "./namespace.entity.js";

const enforce = "pod-security.kubernetes.io/enforce";
const enforced = (podSecurity: PodSecurity | null, labels?: Record<string, string>): unknown =>
  withPodSecurity(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", ...(labels && { labels }) } },
    { podSecurity },
  ).metadata.labels?.[enforce];

describe("the standard that a namespace enforces", () => {
  test.each<[string, PodSecurity | null, Record<string, string> | undefined, string | undefined]>([
    ["is its own", "BASELINE", undefined, "baseline"],
    ["is its own, whatever is less strict in its template", "BASELINE", { [enforce]: "privileged" }, "baseline"],
    ["is its template's, which is stricter", "BASELINE", { [enforce]: "restricted" }, "restricted"],
    ["is its own, where its template says nothing that is known", "BASELINE", { [enforce]: "constructor" }, "baseline"],
    ["is its template's, where it has none", null, { [enforce]: "privileged" }, "privileged"],
    ["is none, where nobody says one", null, undefined, undefined],
  ])("%s", (_what, podSecurity, labels, level) => {
    expect(enforced(podSecurity, labels)).toBe(level);
  });
});
