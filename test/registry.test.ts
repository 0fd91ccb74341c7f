import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { alertingTopics, alertingWorkKinds } from "../src/features/alerting/alerting.registry.js";
import { deliveryEvents, deliveryTopics, deliveryWorkKinds } from "../src/features/delivery/delivery.registry.js";
import { identityEvents, identityTopics } from "../src/features/identity/identity.registry.js";
import {
  templatingEvents,
  templatingTopics,
  templatingWorkKinds,
} from "../src/features/templating/templating.registry.js";

const events = [...identityEvents, ...deliveryEvents, ...templatingEvents];
const topics = [...identityTopics, ...deliveryTopics, ...templatingTopics, ...alertingTopics];
const kinds = [...deliveryWorkKinds, ...templatingWorkKinds, ...alertingWorkKinds];

const folder = join(__dirname, "../src");
const program = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/\.(?:test|registry)\.ts$/.test(file))
  .map((file) => readFileSync(join(folder, file), "utf8"))
  .join("\n");

describe("the names that the areas register", () => {
  test.each([
    ["events", events],
    ["topics", topics],
    ["work kinds", kinds],
  ])("%s are registered by one area each", (_what, names) => {
    expect(new Set<string>(names).size).toBe(names.length);
  });

  test("an event is a noun and a verb in the past tense, and something records it", () => {
    expect(events.filter((name) => !/^[a-z]+\.[a-z][A-Za-z]+$/.test(name))).toEqual([]);
    expect(events.filter((name) => !program.includes(`"${name}"`))).toEqual([]);
  });

  test("a topic has a subscriber", () => {
    const subscribed = (topic: string): boolean =>
      new RegExp(`\\.subscribe\\("${topic}"|topic: "${topic}"`).test(program);
    expect(topics.filter((topic) => !subscribed(topic))).toEqual([]);
  });
});
