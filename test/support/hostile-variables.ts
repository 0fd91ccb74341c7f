import type { HostileRequest } from "./hostile-documents.js";

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const ask = (query: string, variables: object): string => JSON.stringify({ query, variables });

/** Nothing of it is executed, but its variables are read. */
const phases = "query($phases:[AppPhase!]){apps(filter:{phases:$phases}) @include(if:false){totalCount}}";
const filter = "query($filter:AppFilterInput){apps(filter:$filter){totalCount}}";
const createApp = "mutation($input:CreateAppInput!){createApp(input:$input){app{id}}}";
const login = "mutation($input:LoginInput!){login(input:$input){accessToken}}";
const journal = "subscription($filter:JournalFilterInput){journalEvents(filter:$filter){cursor}}";

const unknownFields = Object.fromEntries(many(9_000, (i) => [`pasword${i}`, i]));

/** Lists of one item inside each other, as deep as variables may be. */
const deep = (levels: number, inner: unknown): unknown => (levels === 0 ? inner : [deep(levels - 1, inner)]);

/** Variables that fit no document. Each is read before anybody knows who sends it. */
export const wrongVariables: readonly HostileRequest[] = (
  [
    ["9,000 words that an enum does not have", ask(phases, { phases: many(9_000, (i) => `REVIEV${i}`) })],
    ["9,000 numbers where words belong", ask(phases, { phases: many(9_000, (i) => i) })],
    ["a word of 900,000 letters that an enum does not have", ask(phases, { phases: ["R".repeat(900_000)] })],
    ["9 words of 100,000 letters", ask(phases, { phases: many(9, (i) => `${i}`.repeat(100_000)) })],
    ["9,000 fields that an input does not have", ask(filter, { filter: unknownFields })],
    ["the same of a mutation", ask(createApp, { input: unknownFields })],
    ["the same of what needs no login", ask(login, { input: unknownFields })],
    ["the same of a subscription", ask(journal, { filter: unknownFields })],
    ["a field with a name of 900,000 letters", ask(filter, { filter: { ["n".repeat(900_000)]: 1 } })],
    ["4,500 texts that are lists", ask(journal, { filter: { events: many(4_500, (i) => [i]) } })],
    ["4,000 inputs that are empty", ask(createApp, { input: { spec: { ports: many(4_000, () => ({})) } } })],
    [
      "as many of three wrong fields",
      ask(createApp, { input: { spec: { ports: many(3_000, (i) => ({ a: i, b: i })) } } }),
    ],
    ["an enum fifteen lists deep", ask(phases, { phases: many(600, (i) => deep(14, `REVIEV${i}`)) })],
    [
      "9,000 texts that no database holds",
      ask(filter, { filter: { search: "x", phases: many(9_000, (i) => `\0${i}`) } }),
    ],
    ["a cursor of 900,000 letters", ask("query($c:Cursor){apps(after:$c){totalCount}}", { c: "c".repeat(900_000) })],
    ["variables that were never given", ask(`query(${many(90, (i) => `$v${i}:ID!`).join(" ")}){viewer{email}}`, {})],
  ] as const
).map(([what, body]) => ({ what, body, code: "INVALID_INPUT" }));
