import { LRUCache } from "lru-cache";
import {
  isScalar as isYamlScalar,
  parseAllDocuments,
  visit,
  type Document,
  type ParsedNode,
  type YAMLError,
} from "yaml";
import type { OutputLanguage } from "./output-language.js";
import type { PlainValue } from "./plain-value.js";
import { nestedTooDeeply, RenderingError } from "./rendering-error.js";
import { markIndex, type Layout, type Skeleton } from "./skeleton.js";
import { placeOf, type TemplateSource } from "./template-source.js";

type Position = "KEY" | "VALUE";

/**
 * YAML 1.2: a value is one whole scalar or flow collection, written as JSON, so that "yes", "012" and "null" stay
 * strings.
 */
export const yamlLanguage: OutputLanguage = {
  check: checkLines,
  write(skeleton) {
    const positions = provenPositions(skeleton);
    const output = skeleton.fill(({ value, path, place }, index) => {
      if (positions.get(index) === "VALUE") return yamlJson(value);
      if (typeof value === "string") return yamlJson(value);
      throw new RenderingError(place, `"${path}" stands as a key and must be a text.`);
    });
    // The structure is proven; only equality of keys depends on values.
    if ([...positions.values()].includes("KEY")) yamlDocuments(output);
    return output;
  },
};

/** JSON that is also YAML: characters that YAML does not print, or reads as line breaks, are escaped. */
const yamlJson = (value: PlainValue): string =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const advice = `a value must be the whole scalar after "key: " or "- "; join texts with {{text "a-" field}}`;
const before = /^\s*$|[:?,-] +$|[[{] *$/;
const after = /^\s*$|^ +#|^ *[,\]}]|^ *:( |$)/;

/**
 * An early check of the source by lines, so that an editor reports mistakes without a view; `positionsOf` is the proof.
 */
function checkLines({ name, text, slots }: TemplateSource): void {
  const lines = text.split(/\r?\n/);
  for (const { statement } of slots) {
    const { start, end } = statement.loc;
    const head = lines[start.line - 1]!.slice(0, start.column);
    const tail = lines[end.line - 1]!.slice(end.column);
    if (!before.test(head) || !after.test(tail) || /^\s*#|\s#/.test(head)) {
      throw new RenderingError(placeOf(name, statement), `In YAML ${advice}.`);
    }
  }
}

/**
 * The size of the cache of parsed skeletons, in characters: apps of the same shape share one, whatever their values.
 */
const parsedSkeletons = new LRUCache<string, ReadonlyMap<number, Position>>({
  maxSize: 4_000_000,
  sizeCalculation: (_positions, text) => text.length + 1,
});

/** The position of each value. Throws when a value is not a whole plain scalar. */
function provenPositions(skeleton: Skeleton): ReadonlyMap<number, Position> {
  const positions = parsedSkeletons.get(skeleton.text) ?? positionsOf(skeleton);
  parsedSkeletons.set(skeleton.text, positions);
  for (const [index, { path, place }] of skeleton.values.entries()) {
    if (!positions.has(index)) throw new RenderingError(place, `"${path}" is misplaced: ${advice}.`);
  }
  return positions;
}

function positionsOf(skeleton: Skeleton): ReadonlyMap<number, Position> {
  const positions = new Map<number, Position>();
  for (const document of yamlDocuments(skeleton)) {
    visit(document, {
      Scalar(position, node) {
        if (!isYamlScalar(node) || node.type !== "PLAIN" || node.tag !== undefined || node.anchor !== undefined) return;
        const index = markIndex((node as ParsedNode & { source?: string }).source ?? "");
        if (index !== undefined) positions.set(index, position === "key" ? "KEY" : "VALUE");
      },
    });
  }
  return positions;
}

/** The documents of a YAML stream, without empty ones. Throws a RenderingError for invalid YAML. */
export function yamlDocuments(layout: Pick<Layout, "text" | "placeAt">) {
  // The parser compares each key with all before, which takes 20 s for 20,000 keys.
  const isLong = layout.text.length > 16_384;
  const parsed = parseAllDocuments(layout.text, {
    version: "1.2",
    merge: false,
    uniqueKeys: !isLong,
    logLevel: "silent",
    prettyErrors: false,
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  // The parser only warns about an unknown tag.
  const wrong: YAMLError | undefined = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])[0];
  if (wrong) {
    const place = layout.placeAt(wrong.pos[0]);
    // The parser reports its own stack overflow for a document that is too deep.
    const problem = /call stack/i.test(wrong.message) ? nestedTooDeeply : `This is not YAML: ${wrong.message}`;
    throw new RenderingError(place, problem, { cause: wrong });
  }
  for (const document of isLong ? documents : []) {
    const offset = repeatedKey(document);
    if (offset !== undefined) throw new RenderingError(layout.placeAt(offset), "This is not YAML: a key stands twice.");
  }
  return documents.filter(({ contents }) => contents !== null && !(isYamlScalar(contents) && contents.value === null));
}

/** The place of a duplicate key, if there is one; keys with the same JSON are equal. */
function repeatedKey(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isYamlScalar(key)) continue;
        if (seen.has(String(key.value))) {
          offset = key.range?.[0] ?? 0;
          return visit.BREAK;
        }
        seen.add(String(key.value));
      }
      return undefined;
    },
  });
  return offset;
}
