import "reflect-metadata";
import { expect, test } from "@jest/globals";
import { RateLimitResolver } from "../src/api/pricing/rate-limit.resolver.js";
import { NodeResolver } from "../src/api/schema/node.resolver.js";
import { publicSchema } from "../src/compose/public-schema.js";
import { alertingWorkKinds } from "../src/features/alerting/alerting.registry.js";
import { deliveryWorkKinds } from "../src/features/delivery/delivery.registry.js";
import { templatingWorkKinds } from "../src/features/templating/templating.registry.js";
import { unconnectedOperations, unconnectedWork } from "./support/unconnected-areas.js";

test("each resolver class has an instance, and each kind of id is found by one area", async () => {
  const operations = unconnectedOperations();
  const resolvers = operations.flatMap((each) => each.resolvers);
  await expect(
    publicSchema([new NodeResolver(operations), new RateLimitResolver(), ...resolvers]),
  ).resolves.toBeDefined();
  await expect(publicSchema(resolvers)).rejects.toThrow("No area has built a NodeResolver.");
  expect(() => new NodeResolver(operations.slice(1))).toThrow("No area finds the node Member.");
  expect(() => new NodeResolver([...operations, operations[0]!])).toThrow("Two areas find the node Member.");
});

test("each kind of work has one reconciler", () => {
  const reconciled = unconnectedWork().flatMap((part) => part.reconcilers.map(({ kind }) => kind));
  const registered = [...deliveryWorkKinds, ...templatingWorkKinds, ...alertingWorkKinds];
  expect(reconciled.toSorted()).toEqual(registered.toSorted());
});

test("each stream source and each download is there once", () => {
  const operations = unconnectedOperations();
  const sources = operations.flatMap((each) => each.streamSources ?? []).map((source) => source.constructor.name);
  const paths = operations.flatMap((each) => each.downloads ?? []).map(({ path }) => path);
  expect(new Set(sources).size).toBe(sources.length);
  expect(new Set(paths).size).toBe(paths.length);
});
