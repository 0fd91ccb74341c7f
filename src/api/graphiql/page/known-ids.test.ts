import { expect, test } from "@jest/globals";
import { KnownIds } from "./known-ids.js";

test("a placeholder becomes the newest id of its kind", () => {
  const ids = new KnownIds();
  ids.learn({ apps: { nodes: [{ id: "app_2" }, { id: "app_1" }] } });
  const missing: string[] = [];
  expect(ids.resolve({ input: { appId: "$app", tags: ["$app", "$other"], build: "$build" } }, missing)).toEqual({
    input: { appId: "app_2", tags: ["app_2", "$other"], build: "$build" },
  });
  expect(missing).toEqual(["$build"]);
});
