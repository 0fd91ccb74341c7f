import { expect, test } from "@jest/globals";
import type { RunState } from "../build-server.js";
import { buildResponse, buildIdOf, buildsTree, isBare, stateOfBuild } from "./jenkins-run.js";

const build = (told: object) =>
  buildResponse.parse({ number: 7, url: "u", building: false, timestamp: 1_000, duration: 0, actions: [], ...told });

test.each<[string, object, RunState["phase"]]>([
  ["it builds", { building: true, result: null }, "RUNNING"],
  ["a publisher has set a result while it builds", { building: true, result: "UNSTABLE" }, "RUNNING"],
  ["its log is still being written", { inProgress: true, result: "SUCCESS" }, "RUNNING"],
  ["it has no result yet", { inProgress: false, result: null }, "RUNNING"],
  ["it is over", { inProgress: false, result: "FAILURE" }, "OVER"],
  ["it is over on an old server, which does not know progress", { result: "ABORTED" }, "OVER"],
])("when %s", (_when, told, phase) => {
  expect(stateOfBuild(build(told)).phase).toBe(phase);
});

test("our id is found among whatever else hangs on a build", () => {
  const parameters = [
    { name: "REF", value: "v1" },
    { name: "ORRERY_BUILD", value: "bld_1" },
  ];
  expect(buildIdOf(build({ actions: [{}, { _class: "x" }, { parameters }] }))).toBe("bld_1");
  expect(isBare(build({ actions: [{}, { _class: "x" }] }))).toBe(true);
  expect(isBare(build({ actions: [{}, { parameters: [] }] }))).toBe(false);
});

test("past the newest hundred builds another list is asked", () => {
  expect(buildsTree(0, 50)).toMatch(/^builds\[.*\]\{0,50\}$/);
  expect(buildsTree(50, 550)).toMatch(/^allBuilds\[.*\]\{50,550\}$/);
});
