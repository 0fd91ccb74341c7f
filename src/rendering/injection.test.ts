import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import Handlebars from "handlebars";
import { SaxesParser } from "saxes";
import { parseDocument } from "yaml";
import { goldenView } from "../../test/support/golden-pairs.js";
import { hostileText, hostileXmlText } from "../../test/support/hostile-text.js";
import { RenderingError } from "./rendering-error.js";
import { loadSeedTemplates } from "./seed-templates.js";
import { compileTemplate } from "./template.js";
import { templateKinds, type TemplateName } from "./template-kinds.js";

const directory = join(process.cwd(), "templates");
const seeds = loadSeedTemplates(directory);

/** Words that decide which branch a template takes; they stay as they are, or the structure would rightly change. */
const deciding = new Set(["kind", "protocol", "language"]);

type Leaf = string | number;

/** Puts something else in place of every text and number of a view. */
function mapLeaves(value: unknown, change: (leaf: Leaf) => Leaf, word = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, change, word));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, mapLeaves(field, change, name)]));
  }
  const isFree = (typeof value === "string" && !deciding.has(word)) || typeof value === "number";
  return isFree ? change(value) : value;
}

/** The view with harmless, distinct values everywhere. */
function tame(original: unknown): { view: unknown; leaves: Leaf[] } {
  const leaves: Leaf[] = [];
  const tamed = mapLeaves(original, (leaf) => {
    const token = typeof leaf === "string" ? `token${leaves.length}x` : 700_000 + leaves.length;
    leaves.push(token);
    return token;
  });
  return { view: tamed, leaves };
}

type Tree = Leaf | boolean | null | Tree[] | { entries: [string, Tree][] };

const yamlTree = (text: string): Tree => {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw document.errors[0]!;
  const tree = (value: unknown): Tree => {
    if (Array.isArray(value)) return value.map(tree);
    // What holds JSON is a tree itself.
    if (typeof value === "string" && value.startsWith('{"filebeat.')) return yamlTree(value);
    if (value instanceof Map) return { entries: [...value].map(([key, field]) => [key as string, tree(field)]) };
    return value as Leaf;
  };
  return tree(document.toJS({ mapAsMap: true }));
};

const xmlTree = (text: string): Tree => {
  const stack: Tree[][] = [[]];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const children: Tree[] = [];
    const given = Object.entries(attributes).map(([key, value]): [string, Tree] => [key, value]);
    stack.at(-1)!.push({ entries: [[name, children], ...given] });
    stack.push(children);
  });
  parser.on("closetag", () => stack.pop());
  parser.on("text", (content) => stack.at(-1)!.push(content));
  parser.on("comment", (content) => stack.at(-1)!.push(`comment ${content}`));
  parser.write(text).close();
  return stack[0]!;
};

/** The tree that must come out: the tame one, each token replaced by the value that took its place. */
function expected(tree: Tree, values: ReadonlyMap<Leaf, Leaf>): Tree {
  if (Array.isArray(tree)) return tree.map((item) => expected(item, values));
  if (typeof tree === "object" && tree !== null) {
    return { entries: tree.entries.map(([key, field]) => [expected(key, values) as string, expected(field, values)]) };
  }
  if (typeof tree !== "string") return typeof tree === "number" ? (values.get(tree) ?? tree) : tree;
  const base64 = Buffer.from(tree, "base64").toString();
  if (values.has(base64)) return Buffer.from(String(values.get(base64)), "utf8").toString("base64");
  return tree.replace(/token\d+x|7000\d\d/g, (token) => String(values.get(token) ?? values.get(Number(token))));
}

type Render = (view: unknown) => string;

/** For any values, the output has the structure of the tame one, and every slot holds its value. */
function sameStructure(pair: string, render: Render, parse: (text: string) => Tree, texts: fc.Arbitrary<string>) {
  const { view: tamed, leaves } = tame(goldenView(pair));
  const calm = parse(render(tamed));
  // An empty text and 0 are "nothing" to {{#if}}, and equal keys are rightly refused: neither is an injection.
  const strings = fc.uniqueArray(
    texts.filter((text) => text !== ""),
    { minLength: leaves.length, maxLength: leaves.length },
  );
  const numbers = fc.array(
    fc.integer().filter((number) => number !== 0),
    { minLength: leaves.length, maxLength: leaves.length },
  );
  return fc.property(strings, numbers, (hostile, integers) => {
    const values = new Map(
      leaves.map((leaf, nth) => [leaf, typeof leaf === "string" ? hostile[nth]! : integers[nth]!]),
    );
    const output = parse(render(mapLeaves(tamed, (leaf) => values.get(leaf)!)));
    expect(output).toEqual(expected(calm, values));
  });
}

const safely = (name: TemplateName): Render => {
  const template = compileTemplate(seeds[name]);
  return (given) => template.render(given);
};
const naively = (name: TemplateName): Render =>
  Handlebars.compile(seeds[name].source, { noEscape: true, knownHelpers: { find: true, is: true, base64: true } });

describe("no value can change a Kubernetes object's structure", () => {
  const yaml = (Object.keys(templateKinds) as TemplateName[]).filter((name) => templateKinds[name].language === "YAML");
  test.each(yaml)("%s", (name) => {
    // Half of a surrogate pair has no bytes, so base64 refuses it.
    const texts = seeds[name].source.includes("base64")
      ? hostileText.map((text) => text.replace(/\p{Cs}/gu, "?"))
      : hostileText;
    fc.assert(sameStructure(name, safely(name), yamlTree, texts), { numRuns: 40 });
  });

  test("and this test would notice: without escaping, it fails", () => {
    const property = sameStructure("kubernetes/namespace", naively("kubernetes/namespace"), yamlTree, hostileText);
    expect(fc.check(property, { numRuns: 60 }).failed).toBe(true);
  });
});

describe("no value can change the structure of a Jenkins job, or of a letter", () => {
  test.each(["jenkins/job", "notification/email-html"] as const)("%s", (name) => {
    fc.assert(sameStructure(name, safely(name), xmlTree, hostileXmlText), { numRuns: 100 });
  });

  test("and this test would notice: without escaping, it fails", () => {
    const property = sameStructure("jenkins/job", naively("jenkins/job"), xmlTree, hostileXmlText);
    expect(fc.check(property, { numRuns: 60 }).failed).toBe(true);
  });
});

test("in YAML, any value in any position is that value", () => {
  const source = `a: {{a}}\n{{key}}: { x: {{b}}, "y": [{{a}}, {{list}}] }\nlist:\n  - {{b}}\n  - - {{a}} # note\n  - k: {{text "p-" a b}}\n`;
  const template = compileTemplate({ name: "positions", language: "YAML", source });
  fc.assert(
    fc.property(fc.tuple(hostileText, hostileText, hostileText, fc.jsonValue()), ([a, b, key, list]) => {
      fc.pre(key !== "a" && key !== "list" && list !== null && key.length < 100);
      const output = template.render({ a, b, key, list });
      // Only what every version of YAML prints, and takes for no line break.
      expect(output).toMatch(
        /^[\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u,
      );
      const asTree = (value: unknown): Tree => yamlTree(JSON.stringify(value));
      expect(yamlTree(output)).toEqual({
        entries: [
          ["a", a],
          [key, { entries: [["x", b], ["y", [a, asTree(list)]]] }],
          ["list", [b, [a], { entries: [["k", `p-${a}${b}`]] }]],
        ],
      }); // prettier-ignore
    }),
    { numRuns: 300 },
  );
});

test("in XML, any value arrives in a text and in an attribute, or is refused by name", () => {
  const template = compileTemplate({
    name: "positions",
    language: "XML",
    source: `<r a="{{v}}" b='x{{v}}'>{{v}}<c/>-{{v}}</r>`,
  });
  fc.assert(
    fc.property(hostileText, (v) => {
      const text = v === "" ? [] : [v];
      const tree = [{ entries: [["r", [...text, { entries: [["c", []]] }, `-${v}`]], ["a", v], ["b", `x${v}`]] }]; // prettier-ignore
      try {
        expect(xmlTree(template.render({ v }))).toEqual(tree);
      } catch (error) {
        if (!(error instanceof RenderingError)) throw error;
        expect(v).toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
        expect(error.problem).toContain('"v" holds U+');
      }
    }),
    { numRuns: 400 },
  );
});
