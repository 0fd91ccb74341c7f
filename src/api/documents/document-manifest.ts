import { readFileSync } from "node:fs";
import type { GraphQLSchema } from "graphql";
import type { DocumentLimits } from "./document-limits.js";
import { problemsOf } from "./read-document.js";
import { TrustedDocuments } from "./trusted-documents.js";

/** What is wrong with a manifest, one line for each document. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

export interface ManifestOptions {
  readonly file: string;
  readonly only: boolean;
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
}

/** Reads the trusted documents, each of which must fit the schema and the limits. Throws a ManifestError with all that do not. */
export function readTrustedDocuments({ file, only, schema, limits }: ManifestOptions): TrustedDocuments {
  const documents = documentsIn(textIn(file), file);
  const problems = [...documents].flatMap(([id, text]) => {
    const found = problemsOf(text, { schema, limits });
    return found.length === 0 ? [] : [`${id}: ${found.join(" ")}`];
  });
  if (problems.length > 0) throw new ManifestError(problems);
  return new TrustedDocuments(documents, only);
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ManifestError([`${file} cannot be read: ${(error as Error).message}`]);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** The documents of a manifest in Apollo's format, or of a plain object of documents by their ids. */
function documentsIn(text: string, file: string): ReadonlyMap<string, string> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new ManifestError([`${file} is no JSON: ${(error as Error).message}`]);
  }
  if (!isObject(manifest)) throw new ManifestError([`${file} holds no object with documents.`]);
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(manifest["operations"])
    ? (manifest["operations"] as readonly unknown[]).map((each) =>
        isObject(each) ? [each["id"], each["body"]] : [undefined, undefined],
      )
    : Object.entries(manifest);
  const documents = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, [id, document]] of entries.entries()) {
    if (typeof id !== "string" || typeof document !== "string")
      problems.push(`${typeof id === "string" ? id : `number ${index + 1}`}: An id and a document are wanted.`);
    else if ((documents.get(id) ?? document) !== document) problems.push(`${id}: Two documents have this id.`);
    else documents.set(id, document);
  }
  if (problems.length > 0) throw new ManifestError(problems);
  return documents;
}
