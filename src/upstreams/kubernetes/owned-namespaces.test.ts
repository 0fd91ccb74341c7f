import { afterEach, expect, test } from "@jest/globals";
import { OwnedNamespaces } from "./owned-namespaces.js";
import type { WireObject } from "./wire.js";

const named = (...names: string[]): WireObject[] => names.map((name) => ({ metadata: { name } }));
const kept = new Set<string>();
const warned: object[] = [];
const log = {
  debug: () => {},
  info: () => {},
  warn: (details: object) => void warned.push(details),
  error: () => {},
};
let namespaces: OwnedNamespaces;

const open = (most?: number): void => {
  namespaces = new OwnedNamespaces(
    (name, signal) => {
      kept.add(name);
      signal.addEventListener("abort", () => kept.delete(name));
      return Promise.resolve();
    },
    log,
    most,
  );
};
const list = async (...names: string[]): Promise<void> => {
  namespaces.discard();
  for (const page of [names.slice(0, 2), names.slice(2)]) namespaces.stage(named(...page));
  namespaces.commit();
  await namespaces.tried();
};

afterEach(() => {
  namespaces.close();
  warned.length = 0;
});

test("a namespace is kept up from the list or event that shows it until the one that does not", async () => {
  open();
  await list("a", "b", "c");
  expect([...kept].sort()).toEqual(["a", "b", "c"]);
  namespaces.put(named("d")[0]!);
  namespaces.put(named("a")[0]!);
  namespaces.remove(named("b")[0]!);
  await namespaces.tried();
  expect([...kept].sort()).toEqual(["a", "c", "d"]);
  await list("c", "e");
  expect([...kept].sort()).toEqual(["c", "e"]);
});

test("a list that broke off changes nothing", async () => {
  open();
  await list("a");
  namespaces.stage(named("b"));
  namespaces.discard();
  expect([...kept]).toEqual(["a"]);
  await list("a", "c");
  expect([...kept].sort()).toEqual(["a", "c"]);
});

test("no more than so many are kept up, and the rest is told", async () => {
  open(2);
  await list("a", "b", "c");
  expect([...kept].sort()).toEqual(["a", "b"]);
  expect(warned).toEqual([{ namespace: "c", most: 2 }]);
});

test("nothing begins, and nothing goes on, once it is closed", async () => {
  open();
  await list("a");
  namespaces.close();
  namespaces.put(named("b")[0]!);
  await namespaces.tried();
  expect([...kept]).toEqual([]);
});
