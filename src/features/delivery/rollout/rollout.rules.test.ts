import { expect, test } from "@jest/globals";
import type { Pod, PodContainer, Workload } from "../../../upstreams/cluster.js";
import type { Condition } from "../../foundation/condition.js";
import { noProgress } from "./rollout.entity.js";
import { judge } from "./rollout.rules.js";

const now = new Date("2026-01-02T00:00:00.000Z");
const secondsAgo = (seconds: number): string => new Date(now.getTime() - seconds * 1_000).toISOString();

const workload: Workload = {
  namespace: "pay",
  name: "web",
  appId: "app_1",
  releaseId: "rel_2",
  image: "web:2",
  generation: 2,
  observedGeneration: 2,
  desired: 2,
  updated: 1,
  ready: 1,
  available: 1,
  total: 2,
  paused: false,
};
const done: Partial<Workload> = { updated: 2, available: 2, total: 2 };

const pod = (name: string, container: Partial<PodContainer> = {}, more: Partial<Pod> = {}): Pod => ({
  namespace: "pay",
  name,
  uid: name,
  appId: "app_1",
  releaseId: "rel_2",
  phase: "PENDING",
  ready: false,
  leaving: false,
  createdAt: now,
  containers: [{ name: "web", image: "web:2", phase: "WAITING", ready: false, restarts: 0, ...container }],
  ...more,
});
const unpullable = pod("web-1", { reason: "ImagePullBackOff", message: "no such image" });

interface Given {
  readonly workload?: Partial<Workload>;
  readonly pods?: readonly Pod[];
  readonly former?: Condition | null;
}
const judged = ({ workload: more, pods = [], former = null }: Given) =>
  judge({
    releaseId: "rel_2",
    workload: { ...workload, ...more },
    pods,
    former: { progress: noProgress, condition: former },
    now,
    graceMs: 10_000,
  });

const pull = { code: "IMAGE_PULL", evidence: { pod: "web-1" } } as const;
const known = (since: string): Condition => ({ ...pull, message: "The image cannot be pulled.", since });

test.each<[string, Given, string, object | null]>([
  ["is on its way", {}, "PROGRESSING", null],
  ["is complete", { workload: done }, "SUCCEEDED", null],
  ["is complete and paused", { workload: { ...done, paused: true } }, "SUCCEEDED", null],
  ["is paused", { workload: { paused: true } }, "PROGRESSING", { code: "PAUSED", since: secondsAgo(0) }],
  [
    "is paused with a pod that cannot start",
    { workload: { paused: true }, pods: [unpullable] },
    "PROGRESSING",
    { code: "PAUSED" },
  ],
  ["is resumed", { former: { code: "PAUSED", message: "Paused.", since: secondsAgo(60) } }, "PROGRESSING", null],
  [
    "was paused when its deadline was over",
    { workload: { paused: true, deadlineExceeded: "late" } },
    "FAILED",
    { code: "DEADLINE" },
  ],
  ["has a pod whose image cannot be pulled", { pods: [unpullable] }, "PROGRESSING", { ...pull, since: secondsAgo(0) }],
  [
    "has such a pod for a while",
    { pods: [unpullable], former: known(secondsAgo(5)) },
    "PROGRESSING",
    { since: secondsAgo(5) },
  ],
  ["has such a pod for too long", { pods: [unpullable], former: known(secondsAgo(10)) }, "FAILED", pull],
  [
    "has another condition than before",
    { pods: [unpullable], former: { code: "QUOTA", message: "", since: secondsAgo(60) } },
    "PROGRESSING",
    { since: secondsAgo(0) },
  ],
  ["gets no pods", { workload: { replicaFailure: "exceeded quota: tight" } }, "PROGRESSING", { code: "QUOTA" }],
  [
    "gets no pods, by their security",
    { workload: { replicaFailure: "violates PodSecurity" } },
    "PROGRESSING",
    { code: "POD_SECURITY" },
  ],
  ["exceeds its deadline", { workload: { deadlineExceeded: "late" } }, "FAILED", { code: "DEADLINE", message: "late" }],
  [
    "is not seen by the controller yet",
    { workload: { ...done, observedGeneration: 1 }, pods: [unpullable] },
    "PROGRESSING",
    null,
  ],
])("a rollout that %s", (_what, given, phase, condition) => {
  const status = judged(given);
  expect(status.phase).toBe(phase);
  if (condition) expect(status.condition).toMatchObject(condition);
  else expect(status.condition).toBeNull();
});

test("the event of a pod is kept while the pod has the same condition", () => {
  const former = { ...known(secondsAgo(1)), evidence: { pod: "web-1", event: "Failed: no such image" } };
  expect(judged({ pods: [unpullable], former }).condition?.evidence).toEqual(former.evidence);
  const other = { ...unpullable, name: "web-9" };
  expect(judged({ pods: [other], former }).condition).toMatchObject({
    since: former.since,
    evidence: { pod: "web-9" },
  });
});
