import { expect, test } from "@jest/globals";
import { eventLine } from "./event-line.js";

const state = (ready: number, ...pods: object[]) => ({
  id: "rol_1",
  phase: "RUNNING",
  progress: { ready, pods },
});

test.each([
  ["the first is shown whole", undefined, state(0), "{id: rol_1, phase: RUNNING, progress: {ready: 0, pods: []}}"],
  ["what changed", state(0), state(1), "progress.ready 0 → 1"],
  ["nothing", state(1), state(1), "no change"],
  [
    "one more in front",
    state(1, { name: "a", ready: true }),
    state(1, { name: "b", ready: false }, { name: "a", ready: true }),
    "+ progress.pods[b] {name: b, ready: false}",
  ],
  ["one that is gone", state(1, { name: "a" }), state(1), "− progress.pods[a]"],
  ["another object", { id: "1" }, { id: "2", event: "x" }, "{id: 2, event: x}"],
  ["no object", undefined, ["Forbidden"], "[Forbidden]"],
  ["beside its cursor", { cursor: "a", rollout: state(0) }, { cursor: "b", rollout: state(1) }, "progress.ready 0 → 1"],
  [
    "a list",
    { cursor: "a", pods: [{ name: "p", ready: false }] },
    { cursor: "b", pods: [{ name: "p", ready: true }] },
    "[p].ready false → true",
  ],
])("an event in one line: %s", (_case, before, now, line) => {
  expect(eventLine(before, now)).toBe(line);
});
