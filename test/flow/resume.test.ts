import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Answer, OrreryClient } from "../../src/demo/orrery-client.js";
import { all, approvedApp, createNamespace, eventually, TestHouse } from "../support/house.js";
import { refusal } from "../support/refusal.js";

let house: TestHouse;
let admin: OrreryClient;
let app: Answer;
let builds: string[];
let rollouts: string[];

beforeAll(async () => {
  house = await TestHouse.open({ pace: 40 });
  admin = await house.login();
  const namespace = await createNamespace(admin, "pay");
  app = await approvedApp(admin, namespace.id, "api");
  builds = [];
  for (const [index, name] of ["v1.0.0", "v1.1.0"].entries()) {
    const { startBuild } = await admin.ask("start-build", { input: { appId: app.id, ref: { kind: "TAG", name } } });
    builds.push(startBuild.build.id as string);
    await eventually(async () => {
      const { lastRollout } = (await admin.ask("app", { id: app.id })).app;
      expect(lastRollout).toMatchObject({ number: index + 1, phase: "SUCCEEDED" });
    });
  }
  const { nodes } = (await admin.ask("rollouts", { filter: { appId: app.id } })).rollouts;
  rollouts = nodes.map(({ id }: Answer) => id as string).reverse();
});
afterAll(() => house[Symbol.asyncDispose]());

const follow = (operation: string, variables: object): Promise<Answer[]> => all(admin.follow(operation, variables));
const cursorOf = (events: readonly Answer[]): string => events.at(-1).cursor as string;

test("a build whose end was seen just ends the stream", async () => {
  const [build, other] = builds;
  const states = await follow("build-changed", { build });
  expect(states).toMatchObject([{ build: { id: build, phase: "SUCCEEDED" } }]);
  expect(await follow("build-changed", { build, after: cursorOf(states) })).toEqual([]);
  const strange = admin.follow("build-changed", { build: other, after: cursorOf(states) });
  expect(await refusal(strange)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "after" }] });
});

test("a build goes on from every state that was seen, and tells of no older one", async () => {
  const { startBuild } = await admin.ask("start-build", {
    input: { appId: app.id, ref: { kind: "TAG", name: "v1.4.0-fail" } },
  });
  const build = startBuild.build.id as string;
  const states = await follow("build-changed", { build });
  expect(new Set(states.map(({ cursor }) => cursor)).size).toBe(states.length);
  for (const { cursor } of states.slice(0, -1)) {
    expect(await follow("build-changed", { build, after: cursor })).toEqual([states.at(-1)]);
  }
});

test("the cursor of a rollout names it: its app's stream goes on with it, though there is a newer one", async () => {
  const [older, newer] = rollouts;
  const seen = await follow("rollout-progress", { rollout: older });
  expect(seen).toMatchObject([{ rollout: { id: older, phase: "SUCCEEDED" } }]);
  expect(await follow("rollout-progress", { rollout: older, after: cursorOf(seen) })).toEqual([]);
  expect(await follow("rollout-progress", { app: app.id, after: cursorOf(seen) })).toEqual([]);
  const newest = await follow("rollout-progress", { app: app.id });
  expect(newest).toMatchObject([{ rollout: { id: newer } }]);
  for (const variables of [
    { rollout: newer, after: cursorOf(seen) },
    { app: app.id, after: cursorOf(await follow("build-changed", { build: builds[0] })) },
    { app: app.id, after: "x" },
  ]) {
    const strange = await refusal(admin.follow("rollout-progress", variables));
    expect([variables, strange]).toMatchObject([variables, { code: "INVALID_INPUT", fields: [{ path: "after" }] }]);
  }
});
