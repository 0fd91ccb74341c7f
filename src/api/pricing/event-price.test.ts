import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSchema, getNamedType, getOperationAST, isObjectType, parse, validate } from "graphql";
import { eventPrice, noExpensiveFieldsInEvents } from "./event-price.js";
import { prices } from "./field-prices.js";
import { operationCost } from "./operation-cost.js";

const schema = buildSchema(readFileSync(join(import.meta.dirname, "../../../schema/schema.graphql"), "utf8"));

function price(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const node = getOperationAST(document)!;
  return eventPrice(
    schema,
    {
      document,
      node,
      cost: operationCost(schema, document, node),
    },
    variables,
  );
}

test.each<[string, string, number]>([
  ["a piece of a log", `subscription{buildLog(build:"x"){text cursor}}`, 1],
  ["lines of a pod, whose opening is expensive", `subscription{podLog(app:"x",pod:"y"){text}}`, 1],
  ["a state", `subscription{buildChanged(build:"x"){build{phase}}}`, 1],
  ["an entry with its app", "subscription{journalEvents{entry{event app{name}}}}", 2],
  ["a page of each entry's app", "subscription{journalEvents{entry{app{builds(first:100){nodes{id}}}}}}", 108],
  [
    "a page in a fragment of the subscription",
    "subscription{...F} fragment F on Subscription{journalEvents{entry{app{builds(first:100){nodes{id}}}}}}",
    108,
  ],
  [
    "what its source does for it",
    `subscription{...on Subscription{templateImpact(template:"x"){checked app{name}}}}`,
    21,
  ],
])("%s has its price for each event", (_what, query, expected) => {
  expect(price(query)).toBe(expected);
});

test("the price depends on the variables", () => {
  const query = "subscription($n:Int){journalEvents{entry{app{builds(first:$n){nodes{id}}}}}}";
  expect([price(query, { n: 5 }), price(query, { n: 50 })]).toEqual([13, 58]);
});

const problems = (query: string): string[] =>
  validate(schema, parse(query), [noExpensiveFieldsInEvents]).map(({ message }) => message);
const refusal = (field: string): string =>
  `${field} costs too much to be part of each event. Ask for it in a query when the event has come.`;

test.each<[string, string, string[]]>([
  ["what renders an app", "subscription{journalEvents{entry{app{manifests{job}}}}}", ["App.manifests"]],
  [
    "what compares an app's objects",
    "subscription{journalEvents{entry{app{pendingChanges{name}}}}}",
    ["App.pendingChanges"],
  ],
  [
    "what writes out objects",
    `subscription{rolloutProgress(rollout:"x"){rollout{release{objects{name}}}}}`,
    ["Release.objects"],
  ],
  [
    "a fragment of a fragment",
    "subscription{journalEvents{entry{...E}}} fragment E on JournalEntry{app{...A}} fragment A on App{manifests{job}}",
    ["App.manifests"],
  ],
  [
    "a field under another name, if it is left out too",
    "subscription{journalEvents{entry{app{a:manifests@skip(if:true){job}}}}}",
    ["App.manifests"],
  ],
])("%s is refused in a subscription", (_what, query, fields) => {
  expect(problems(query)).toEqual(fields.map(refusal));
});

test("the same is taken in a query, beside a subscription that does not ask for it", () => {
  const query = `query A{app(id:"x"){...A}} subscription S{journalEvents{entry{app{name}}}} fragment A on App{manifests{job}}`;
  expect(problems(query)).toEqual([]);
});

test("what a subscription cannot ask for says so where it is described", () => {
  const expensive = Object.entries(prices).filter(
    ([name, price]) => price >= 20 && !/^(Query|Mutation|Subscription)\./.test(name),
  );
  expect(expensive.length).toBeGreaterThan(2);
  for (const [name] of expensive) {
    const [type = "", field = ""] = name.split(".");
    const parent = schema.getType(type);
    if (!isObjectType(parent)) throw new Error(`${type} is no object`);
    expect(getNamedType(parent.getFields()[field]!.type)).toBeDefined();
    expect(parent.getFields()[field]!.description).toMatch(/not available in subscriptions, which refuse the field/i);
  }
});
