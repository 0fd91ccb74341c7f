import { beforeAll, describe, expect, test } from "@jest/globals";
import { permissionsOf, platformPermissions, type Permission } from "../src/features/identity/access/permission.js";
import type { Level } from "./support/rights-actors.js";
import { fieldOf, RightsDocuments } from "./support/rights-documents.js";
import { mutationRows } from "./support/rights-mutations.js";
import {
  downloadRows,
  fieldArguments,
  fieldRows,
  nodeRows,
  queryRows,
  subscriptionRows,
} from "./support/rights-rows.js";
import { unconnectedOperations } from "./support/unconnected-areas.js";

let documents: RightsDocuments;
beforeAll(async () => {
  documents = await RightsDocuments.read();
});

const names = (things: readonly { readonly name: string }[]): string[] => things.map(({ name }) => name).sort();
const inRows = (rows: object): string[] => [...new Set(Object.keys(rows).map(fieldOf))].sort();

/** `test/support/rights-rows.ts` explains how to add a row. */
describe("the rights matrix has a row for", () => {
  test("every query, and no other", () => {
    expect(inRows(queryRows)).toEqual(names(documents.rootFields("Query")));
  });
  test("every mutation, and no other", () => {
    expect(inRows(mutationRows)).toEqual(names(documents.rootFields("Mutation")));
  });
  test("every subscription, and no other", () => {
    expect(inRows(subscriptionRows)).toEqual(names(documents.rootFields("Subscription")));
  });
  test("every node type, and no other", () => {
    expect(inRows(nodeRows)).toEqual(names(documents.nodeTypes));
  });
  test("every download, and no other", () => {
    const paths = unconnectedOperations().flatMap(({ downloads = [] }) => downloads.map(({ path }) => path));
    expect(inRows(downloadRows)).toEqual(paths.toSorted());
  });
  test("no field that does not exist", () => {
    const fields = documents.objectTypes.flatMap((type) =>
      Object.keys(type.getFields()).map((field) => `${type.name}.${field}`),
    );
    expect(fields).toEqual(expect.arrayContaining([...Object.keys(fieldRows), ...Object.keys(fieldArguments)]));
  });
});

const roleLevels: readonly Level[] = ["viewer", "developer", "administrator", "platform"];

/** The least level that holds the permission. */
function levelOf(permission: Permission): Level {
  if (platformPermissions.some((each) => each === permission)) return "platform";
  if (permissionsOf.VIEWER.has(permission)) return "viewer";
  return permissionsOf.DEVELOPER.has(permission) ? "developer" : "administrator";
}

/** What a spec may need beside the permission to save or to approve one; its row is `createApp (privileged)`. */
const ofSpecs: Permission = "app:privilege";

/** The levels of the permissions that a description names. */
const levelsIn = (description: string): Level[] =>
  [...description.matchAll(/`([a-z]+:[a-zA-Z]+)`/g)]
    .map(([, permission]) => permission as Permission)
    .filter((permission) => permission !== ofSpecs)
    .map(levelOf);

const levelsOf = (rows: Readonly<Record<string, readonly [Level, ...unknown[]]>>, field: string): Level[] =>
  Object.entries(rows)
    .filter(([row]) => fieldOf(row) === field && !row.endsWith("(privileged)"))
    .map(([, [level]]) => level)
    .filter((level) => roleLevels.includes(level));

const highest = (levels: readonly Level[]): Level => roleLevels.findLast((level) => levels.includes(level))!;

describe("the description names the permissions of the rows:", () => {
  test("mutations", () => {
    for (const { name, description } of documents.rootFields("Mutation")) {
      const [described, needed] = [levelsIn(description ?? ""), levelsOf(mutationRows, name)];
      // A mutation may need a lower permission beside the one that its level stands for.
      expect([name, described]).toEqual([name, expect.arrayContaining(needed)]);
      expect([name, highest(described)]).toEqual([name, highest(needed)]);
    }
  });

  test("queries and subscriptions that name one", () => {
    for (const { name, description } of [...documents.rootFields("Query"), ...documents.rootFields("Subscription")]) {
      const described = levelsIn(description ?? "");
      const needed = [...levelsOf(queryRows, name), ...levelsOf(subscriptionRows, name)];
      if (described.length > 0) expect([name, highest(described)]).toEqual([name, highest(needed)]);
    }
  });
});
