import { describe, expect, test } from "@jest/globals";
import {
  judgeReleasing,
  judgeRollingBack,
  judgeWaiting,
  type ObservedApp,
  type ObservedRollout,
} from "./template-rollout.rules.js";

const live: ObservedRollout = { id: "rol_1", number: 1, phase: "SUCCEEDED", releaseId: "former", carries: false };
const ours: ObservedRollout = { id: "rol_2", number: 2, phase: "SUCCEEDED", releaseId: "ours", carries: true };
const built: ObservedRollout = { id: "rol_3", number: 3, phase: "SUCCEEDED", releaseId: "built", carries: true };
const other: ObservedRollout = { ...built, releaseId: "other", carries: false };
const seen: ObservedApp = { isRetired: false, isHeld: false, newest: live };

test.each<[string, Partial<ObservedApp>, string | undefined]>([
  ["is live", {}, "READY"],
  ["is on its way", { newest: { ...live, phase: "PROGRESSING" } }, undefined],
  ["failed before", { newest: { ...live, phase: "FAILED" } }, "SKIPPED"],
  ["was retired", { isRetired: true }, "SKIPPED"],
  ["is held", { isHeld: true }, "SKIPPED"],
])("an app that %s", (_what, more, phase) => {
  const outcome = judgeWaiting({ ...seen, ...more });
  expect(typeof outcome === "object" ? outcome.phase : outcome).toBe(phase);
});

describe("an app that is released", () => {
  const wanted = { wantsRelease: true, formerReleaseId: "former", releaseId: null };
  const made = { wantsRelease: false, formerReleaseId: "former", releaseId: "ours" };
  const superseded: ObservedRollout = { ...ours, phase: "SUPERSEDED" };

  test.each<[string, typeof wanted | typeof made, Partial<ObservedApp>, string | undefined]>([
    ["waits for its release", wanted, {}, undefined],
    ["waits for the one after the one that failed", { ...wanted, releaseId: "ours" }, { newest: ours }, undefined],
    ["has it by a build", wanted, { newest: built }, "SUCCEEDED"],
    ["is about to have it by a build", wanted, { newest: { ...built, phase: "PENDING" } }, undefined],
    ["has it by a build that failed", wanted, { newest: { ...built, phase: "FAILED" } }, "FAILED"],
    ["is looked at again when something else is live", wanted, { newest: other }, "WAITING"],
    ["is skipped when somebody went back", wanted, { isHeld: true }, "SKIPPED"],
    ["is skipped when it was retired", made, { isRetired: true }, "SKIPPED"],
    ["is on its way", made, { newest: ours, own: { ...ours, phase: "PROGRESSING" } }, undefined],
    ["succeeded", made, { newest: ours, own: ours }, "SUCCEEDED"],
    ["failed", made, { newest: ours, own: { ...ours, phase: "FAILED" } }, "FAILED"],
    [
      "failed and went back by itself",
      made,
      { newest: live, own: { ...ours, phase: "FAILED" }, isHeld: true },
      "FAILED",
    ],
    ["was overtaken by a build", made, { newest: built, own: superseded }, "SUCCEEDED"],
    ["is being overtaken", made, { newest: { ...built, phase: "PENDING" }, own: superseded }, undefined],
    ["was overtaken by what has it not", made, { newest: other, own: superseded }, "FAILED"],
  ])("%s", (_what, app, more, phase) => {
    expect(judgeReleasing(app, { ...seen, ...more })?.phase).toBe(phase);
  });

  test("says why it failed", () => {
    const own: ObservedRollout = { ...ours, phase: "FAILED", reason: "The image cannot be pulled." };
    expect(judgeReleasing(made, { ...seen, newest: own, own })).toEqual({
      phase: "FAILED",
      condition: { code: "ROLLOUT_FAILED", message: "Rollout 2 failed: The image cannot be pulled." },
    });
  });
});

describe("an app that goes back", () => {
  const app = { formerReleaseId: "former", releaseId: "ours", backRolloutId: null };
  const onItsWay = { ...app, backRolloutId: "rol_9" };

  test.each<[string, typeof app | typeof onItsWay, ObservedApp["newest"], string | undefined]>([
    ["begins to", app, ours, "GO_BACK"],
    ["begins to while it is still on its way forward", app, { ...ours, phase: "PROGRESSING" }, "GO_BACK"],
    ["went back by itself", app, live, "ROLLED_BACK"],
    ["is on its way", onItsWay, { ...live, phase: "PROGRESSING" }, undefined],
    ["is there", onItsWay, live, "ROLLED_BACK"],
    ["could not", onItsWay, { ...live, phase: "FAILED" }, "FAILED"],
    ["has something newer", app, built, "SKIPPED"],
    ["was put forward by somebody", onItsWay, ours, "SKIPPED"],
  ])("%s", (_what, given, newest, phase) => {
    const outcome = judgeRollingBack(given, { ...seen, newest });
    expect(typeof outcome === "object" ? outcome.phase : outcome).toBe(phase);
  });
});
