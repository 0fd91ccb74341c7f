/** A request that means no good, and the code that it is refused with. */
export interface HostileRequest {
  readonly what: string;
  /** The whole body, in JSON unless it is meant not to be. */
  readonly body: string;
  readonly code: "TOO_COMPLEX" | "INVALID_INPUT";
  /** The limit that stands in its way. */
  readonly limit?: string;
}

const times = (count: number, make: (index: number) => string, between = " "): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(between);

const nested = (count: number, open: string, inner: string, close: string): string =>
  open.repeat(count) + inner + close.repeat(count);

const document = (query: string, more: object = {}): string => JSON.stringify({ query, ...more });

const app = `app(id:"app_1")`;
const viewerOf = (query: string, index: number, next: string): string =>
  `fragment ${query}${index} on Viewer{member{id} ${next}}`;

/** Everything here is written in a megabyte or less. */
export const hostileRequests: readonly HostileRequest[] = [
  { what: "a megabyte of {", body: document("{".repeat(990_000)), code: "TOO_COMPLEX", limit: "length" },
  { what: "a megabyte of [", body: document("[".repeat(990_000)), code: "TOO_COMPLEX", limit: "length" },
  { what: "50,000 {", body: document("{".repeat(50_000)), code: "TOO_COMPLEX", limit: "nesting" },
  { what: "1,980 words, half of them {", body: document("{a".repeat(990)), code: "TOO_COMPLEX", limit: "nesting" },
  {
    what: "a type of 900 lists",
    body: document(`query($a:${nested(900, "[", "Int", "]")}){viewer{email}}`),
    code: "TOO_COMPLEX",
    limit: "nesting",
  },
  {
    what: "a literal of 900 lists",
    body: document(`{apps(first:${nested(900, "[", "1", "]")}){totalCount}}`),
    code: "TOO_COMPLEX",
    limit: "nesting",
  },
  { what: "10,000 words", body: document(`{${times(10_000, () => "a")}}`), code: "TOO_COMPLEX", limit: "tokens" },
  {
    what: "10,000 aliases",
    body: document(`{${times(10_000, (i) => `a${i}:__typename`)}}`),
    code: "TOO_COMPLEX",
    limit: "length",
  },
  {
    what: "600 aliases",
    body: document(`{${times(600, (i) => `a${i}:__typename`)}}`),
    code: "TOO_COMPLEX",
    limit: "aliases",
  },
  {
    what: "50 aliases at the top",
    body: document(`{${times(50, (i) => `a${i}:viewer{email}`)}}`),
    code: "TOO_COMPLEX",
    limit: "rootFields",
  },
  {
    what: "450 times the same field",
    body: document(`{${times(450, () => "viewer{email}")}}`),
    code: "TOO_COMPLEX",
    limit: "repeats",
  },
  {
    what: "the same field in 200 inline fragments",
    body: document(`{${times(200, () => "...on Query{viewer{email}}")}}`),
    code: "TOO_COMPLEX",
    limit: "repeats",
  },
  {
    what: "600 directives",
    body: document(`{viewer{email ${times(600, () => "@skip")}}}`),
    code: "TOO_COMPLEX",
    limit: "directives",
  },
  {
    what: "200 fields inside each other",
    body: document(`{${nested(100, "app{lastRollout{", "id", "}}")}}`),
    code: "TOO_COMPLEX",
    limit: "nesting",
  },
  {
    what: "40 fields inside each other",
    body: document(`{${app}{lastRollout{${nested(19, "app{lastRollout{", "id", "}}")}}}}`),
    code: "TOO_COMPLEX",
    limit: "depth",
  },
  {
    what: "fragments that use each other in a circle",
    body: document(`{viewer{...F0}} ${times(29, (i) => viewerOf("F", i, `...F${(i + 1) % 29}`))}`),
    code: "INVALID_INPUT",
  },
  {
    what: "150 fragments that use each other in a circle",
    body: document(`{viewer{...F0}} ${times(150, (i) => viewerOf("F", i, `...F${(i + 1) % 150}`))}`),
    code: "TOO_COMPLEX",
    limit: "fragments",
  },
  {
    what: "fragments that are 2^40 fields when written out",
    body: document(
      `{${app}{...F0}} ${times(40, (i) =>
        i < 39
          ? `fragment F${i} on App{lastRollout{app{...F${i + 1}}} lastBuild{app{...F${i + 1}}}}`
          : `fragment F${i} on App{id}`,
      )}`,
    ),
    code: "TOO_COMPLEX",
    limit: "fields",
  },
  {
    what: "fragments that are 2^12 fields when written out, seven deep",
    body: document(
      `{${app}{...F0}} ${times(7, (i) =>
        i < 6
          ? `fragment F${i} on App{lastRollout{app{...F${i + 1}} release{app{...F${i + 1}}}} lastBuild{app{...F${i + 1}}}}`
          : `fragment F${i} on App{id name phase}`,
      )}`,
    ),
    code: "TOO_COMPLEX",
    limit: "fields",
  },
  {
    what: "a question about the schema that goes round in it",
    body: document(`{__schema{types{${nested(5, "fields{type{", "name", "}}")}}}}`),
    code: "TOO_COMPLEX",
    limit: "introspectionDepth",
  },
  {
    what: "the same through a fragment",
    body: document(
      `{__schema{types{...T}}} fragment T on __Type{fields{type{...U}}} fragment U on __Type{possibleTypes{fields{name}}}`,
    ),
    code: "TOO_COMPLEX",
    limit: "introspectionDepth",
  },
  {
    what: "350 declared variables",
    body: document(`query(${times(350, (i) => `$v${i}:ID`)}){viewer{email}}`),
    code: "TOO_COMPLEX",
    limit: "variables",
  },
  {
    what: "100,000 variables",
    body: document("{viewer{email}}", {
      variables: Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`v${i}`, 1])),
    }),
    code: "TOO_COMPLEX",
    limit: "variableValues",
  },
  {
    what: "a variable of 480,000 numbers",
    body: document("query($ids:[ID!]){viewer{email}}", { variables: { ids: Array(480_000).fill(1) } }),
    code: "TOO_COMPLEX",
    limit: "variableValues",
  },
  {
    what: "a variable of 450,000 lists inside each other",
    body: `{"query":"query($a:JSONObject){viewer{email}}","variables":{"a":${nested(450_000, "[", "", "]")}}}`,
    code: "TOO_COMPLEX",
    limit: "variableDepth",
  },
  {
    what: "180 operations",
    body: document(
      times(180, (i) => `query Q${i}{viewer{email}}`),
      { operationName: "Q1" },
    ),
    code: "TOO_COMPLEX",
    limit: "operations",
  },
  {
    what: "490 fields that do not exist",
    body: document(`{viewer{${times(490, (i) => `emial${i}`)}}}`),
    code: "INVALID_INPUT",
  },
  {
    what: "the longest possible name",
    body: document(`{${"a".repeat(49_000)}}`),
    code: "INVALID_INPUT",
  },
  {
    what: "an input of 450 fields that do not exist",
    body: document(`mutation{createApp(input:{${times(450, (i) => `x${i}:{}`)}}){app{id}}}`),
    code: "INVALID_INPUT",
  },
  {
    what: "40,000 empty lines in front of fields that do not exist",
    body: document(`${"\n".repeat(40_000)}{viewer{${times(400, (i) => `emial${i}`)}}}`),
    code: "TOO_COMPLEX",
    limit: "lines",
  },
  {
    what: "45 types that do not exist",
    body: document(`{viewer{email}} ${times(45, (i) => `fragment F${i} on TemplatePublicated${i}{id}`)}`),
    code: "INVALID_INPUT",
  },
  {
    what: "a literal of 1,900 words that an enum does not have",
    body: document(`{apps(filter:{phases:[${times(1_900, (i) => `REVIEV${i}`)}]}){totalCount}}`),
    code: "INVALID_INPUT",
  },
  {
    what: "names that collide in thirty fragments",
    body: document(
      `{${times(30, (i) => `...F${i}`)}} ${times(30, (i) => `fragment F${i} on Query{viewer{member{id name roles{id}} ${i % 2 ? "email" : "email:permissions"}}}`)}`,
    ),
    code: "INVALID_INPUT",
  },
  {
    what: "a body of half a million lists",
    body: nested(490_000, "[", "", "]"),
    code: "TOO_COMPLEX",
    limit: "variableDepth",
  },
  { what: "a body that never ends", body: "[".repeat(990_000), code: "TOO_COMPLEX", limit: "variableDepth" },
  { what: "a body that breaks off", body: document("{viewer{email}}").slice(0, -1), code: "INVALID_INPUT" },
  { what: "a batch", body: `[${times(2_000, () => document("{__typename}"), ",")}]`, code: "INVALID_INPUT" },
];

export const everything =
  "id name phase displayName description version createdAt updatedAt namespace{id name phase} " +
  "lastBuild{id number phase refName commit} lastRollout{id number phase progress{wanted ready}} createdBy{id name} " +
  "pods{phase ready containers{image}}";

/** What is let in and still takes as much work as can be asked for by one document. */
export const largestDocument = `{${times(14, (i) => `a${i}:apps(first:1){nodes{${everything}}}`)}}`;
