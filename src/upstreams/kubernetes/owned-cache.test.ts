import { beforeEach, expect, test } from "@jest/globals";
import type { AppRef } from "../cluster-object.js";
import { OwnedCache } from "./owned-cache.js";
import type { WireObject } from "./wire.js";

interface Item extends AppRef {
  readonly name: string;
  readonly version: string;
}
const object = (name: string, app: string | undefined, version = "1"): WireObject => ({
  metadata: { name, namespace: "pay", resourceVersion: version, ...(app !== undefined && { labels: { app } }) },
});
const translate = ({ metadata }: WireObject): Item | undefined => {
  const appId = metadata.labels?.["app"];
  return appId === undefined
    ? undefined
    : { namespace: metadata.namespace!, appId, name: metadata.name, version: metadata.resourceVersion! };
};

let told: string[];
let cache: OwnedCache<Item>;
const names = (appId: string) => cache.of({ namespace: "pay", appId }).map(({ name }) => name);
beforeEach(() => {
  told = [];
  cache = new OwnedCache(translate, ({ appId }) => told.push(`${appId}:${names(appId).join("+")}`));
});

test("tells of a change after it is in the cache", () => {
  cache.put(object("a", "x"));
  cache.put(object("b", "x"));
  cache.remove(object("a", "x"));
  expect(told).toEqual(["x:a", "x:a+b", "x:b"]);
});

test("is silent when what we show stays the same", () => {
  cache.put(object("a", "x"));
  cache.put(object("a", "x"));
  cache.remove(object("unheard-of", "x"));
  expect(told).toEqual(["x:a"]);
});

test("an object that changes hands leaves its old owner", () => {
  cache.put(object("a", "x"));
  cache.put(object("a", "y"));
  expect(told).toEqual(["x:a", "x:", "y:a"]);
  cache.put(object("a", undefined));
  expect(told.slice(3)).toEqual(["y:"]);
});

test("a new list replaces everything at once and tells of what differs only", () => {
  for (const [name, app] of [
    ["a", "same"],
    ["b", "changed"],
    ["c", "gone"],
  ] as const)
    cache.put(object(name, app));
  told.length = 0;
  cache.stage([object("a", "same"), object("b", "changed", "2")]);
  expect(names("gone")).toEqual(["c"]);
  cache.stage([object("d", "new")]);
  cache.commit();
  expect(told.sort()).toEqual(["changed:b", "gone:", "new:d"]);
});

test("a list that broke off leaves no trace", () => {
  cache.put(object("a", "x"));
  cache.stage([object("stale", "x")]);
  cache.discard();
  cache.stage([object("a", "x")]);
  cache.commit();
  expect(names("x")).toEqual(["a"]);
});
