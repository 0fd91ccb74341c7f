import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { buildSchema, getOperationAST, isObjectType, parse, validate } from "graphql";
import { prices } from "./field-prices.js";
import { operationCost } from "./operation-cost.js";

const folder = join(import.meta.dirname, "../../../schema");
const schema = buildSchema(readFileSync(join(folder, "schema.graphql"), "utf8"));

function cost(query: string, variables?: Record<string, unknown>): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return operationCost(schema, document, getOperationAST(document)!)(variables);
}
const operation = (path: string): string => readFileSync(join(folder, "operations", `${path}.graphql`), "utf8");

describe("what an operation costs:", () => {
  test.each<[string, string, number]>([
    ["words of what is there already", "{__typename}", 1],
    ["an entity", `{app(id:"x"){id name phase}}`, 1],
    ["an entity of another", `{app(id:"x"){namespace{name} createdBy{name}}}`, 3],
    ["a part of an entity", `{rollout(id:"x"){progress{ready pods{name}}}}`, 1],
    ["a page of the usual size", "{apps{nodes{id}}}", 6 + 20],
    ["a page of a given size", "{apps(first:5){nodes{id}}}", 6 + 5],
    ["a page with a count", "{apps(first:5){totalCount nodes{id}}}", 6 + 3 + 5],
    ["a count alone", "{apps(first:5){totalCount pageInfo{hasNextPage}}}", 6 + 3],
    ["a page by its edges", "{apps(first:5){edges{cursor node{id}}}}", 6 + 5],
    [
      "what is asked of each node",
      "{apps(first:5){nodes{lastBuild{id} lastRollout{id} pods{name}}}}",
      6 + 5 * (1 + 1 + 1 + 3),
    ],
    ["a page of pages", "{apps(first:5){nodes{builds(first:3){nodes{id}}}}}", 6 + 5 * (1 + 6 + 3)],
    ["a list without pages", "{viewer{member{id} roles{namespace{id}}}}", 1 + 10 * 2],
    ["more than a page may have", "{apps(first:1000000){nodes{id}}}", 6 + 100],
    ["less than a page can have", "{apps(first:-5){nodes{id}}}", 6 + 1],
    ["an upstream that is asked", `{repositoryRefs(app:"x",first:5){nodes{name}}}`, 50],
    ["a change", `mutation{submitApp(input:{id:"x"}){app{id}}}`, 11],
    ["a login", `mutation{login(input:{email:"x",password:"y"}){accessToken}}`, 50],
    ["a stream", `subscription{buildLog(build:"x"){text}}`, 5],
    ["everything about the schema", "{__schema{types{name}}}", 100],
    ["the budget itself", "{rateLimit{remaining}}", 1],
    ["the same twice, which is answered once", `{app(id:"x"){createdBy{id}} app(id:"x"){createdBy{name}}}`, 2],
    ["the same under two names", `{app(id:"x"){a:createdBy{id} b:createdBy{name}}}`, 3],
    [
      "a fragment as often as it is used",
      `{a:app(id:"x"){...F} b:app(id:"y"){...F ...F}} fragment F on App{createdBy{id}}`,
      4,
    ],
    ["whatever a node may be", `{node(id:"x"){...on App{createdBy{id}} ...on Build{app{id}}}}`, 3],
    ["what is left out", `{app(id:"x")@skip(if:true){id} viewer{email}}`, 1],
    ["nothing at all", `{apps@include(if:false){nodes{id}}}`, 1],
    [
      "what is left out inside",
      `{app(id:"x"){...@include(if:false){createdBy{id}} createdBy@skip(if:false){name}}}`,
      2,
    ],
  ])("%s", (_what, query, expected) => {
    expect(cost(query)).toBe(expected);
  });

  test.each<[Record<string, unknown> | undefined, number]>([
    [undefined, 36],
    [{}, 36],
    [{ first: 5 }, 11],
    [{ first: null }, 26],
    [{ first: "many" }, 26],
    [{ first: 5, nodes: false }, 6],
    [{ nodes: false }, 6],
    [{ first: 100, nodes: true }, 106],
  ])("a page by its variables %j", (variables, expected) => {
    const query = "query($first:Int=30,$nodes:Boolean=true){apps(first:$first){nodes@include(if:$nodes){id}}}";
    expect(cost(query, variables)).toBe(expected);
  });

  test.each<[Record<string, unknown>, number]>([
    [{ search: "x" }, 26],
    [{ search: "x".repeat(30_000) }, 29],
    [{ phases: Array(9_000).fill("REVIEW") }, 121],
  ])("the variables of a page", (filter, expected) => {
    expect(cost("query($filter:AppFilterInput){apps(filter:$filter){nodes{id}}}", { filter })).toBe(expected);
  });

  test.each<[string, number]>([
    ["app/apps", 6 + 3 + 20 * 7],
    ["app/app", 13],
    ["access/viewer", 31],
    ["repository/repository-refs", 53],
  ])("the operation %s", (path, expected) => {
    expect(cost(operation(path))).toBe(expected);
  });
});

test("every price is that of a field", () => {
  const unknown = Object.keys(prices).filter((place) => {
    const [type = "", field = ""] = place.split(".");
    const parent = schema.getType(type);
    return !isObjectType(parent) || !(field.startsWith("__") || field in parent.getFields());
  });
  expect(unknown).toEqual([]);
});
