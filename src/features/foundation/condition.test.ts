import { expect, test } from "@jest/globals";
import { HostRefused, NotFound, PlanStale, UpstreamRejected, UpstreamUnavailable } from "../../kernel/errors.js";
import { RenderingError } from "../../rendering/rendering-error.js";
import { NamespaceMissing } from "../../upstreams/namespace-missing.js";
import { RightsMissing } from "../../upstreams/rights-missing.js";
import { conditionAfter, conditionOf, type Condition, type ObservedCondition } from "./condition.js";

const now = new Date("2026-01-02T00:00:00.000Z");
const earlier = "2026-01-01T00:00:00.000Z";
const quota: ObservedCondition = { code: "QUOTA", message: "No room." };
const former: Condition = { ...quota, since: earlier };

test.each<[string, Condition | null, ObservedCondition | null, Condition | null]>([
  ["none before and none now", null, null, null],
  ["a new one", null, quota, { ...quota, since: now.toISOString() }],
  ["the same one", former, quota, former],
  ["another message", former, { ...quota, message: "Less room." }, { ...former, message: "Less room." }],
  ["evidence", former, { ...quota, evidence: { pod: "web-1" } }, { ...former, evidence: { pod: "web-1" } }],
  ["evidence that is gone", { ...former, evidence: { pod: "web-1" } }, quota, former],
  [
    "another code",
    former,
    { code: "DEADLINE", message: "Late." },
    { code: "DEADLINE", message: "Late.", since: now.toISOString() },
  ],
  ["one that is over", former, null, null],
])("the condition after %s", (_what, before, seen, after) => {
  expect(conditionAfter(before, seen, now)).toEqual(after);
});

test("an equal condition is the former one itself, whatever the order of its keys", () => {
  const stored: Condition = { since: earlier, message: "No room.", code: "QUOTA" };
  expect(conditionAfter(stored, quota, now)).toBe(stored);
});

test.each<[Error, string | undefined]>([
  [new UpstreamUnavailable("jenkins", "down"), "UPSTREAM_UNAVAILABLE"],
  [new RightsMissing("pay"), "WAITING_FOR_NAMESPACE"],
  [new NamespaceMissing("gone"), "WAITING_FOR_NAMESPACE"],
  [new UpstreamRejected("kubernetes", "no", 422), "UPSTREAM_REJECTED"],
  [new PlanStale([]), "PLAN_STALE"],
  [new HostRefused("taken"), "HOST_REFUSED"],
  [new RenderingError({ template: "SERVICE", line: 1, column: 1 }, "no such word"), "TEMPLATE_INVALID"],
  [new NotFound("app", "app_1"), undefined],
  [new Error("a defect"), undefined],
])("%s stands for %s", (error, code) => {
  expect(conditionOf(error)?.code).toBe(code);
  if (code) expect(conditionOf(error)?.message).toBe(error.message);
});
