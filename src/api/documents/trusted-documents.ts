import { createHash } from "node:crypto";
import type { RequestHandler } from "express";
import { InvalidInput } from "../../kernel/errors.js";
import type { GraphQLRequest } from "./graphql-request.js";
import { partsOf } from "./search-of.js";

/** A request for a document that is not trusted, or not known by the name that it gives. */
export class Untrusted extends InvalidInput {}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The documents of the operator's manifest. A client may name one instead of sending it, or must, if `only` is set. */
export class TrustedDocuments {
  /** By the ids of the manifest, and by the SHA-256 of their text. */
  private readonly texts = new Map<string, string>();

  constructor(
    documents: ReadonlyMap<string, string>,
    /** Whether no other document is taken. */
    private readonly only: boolean,
  ) {
    for (const text of documents.values()) this.texts.set(sha256(text), text).set(`sha256:${sha256(text)}`, text);
    for (const [id, text] of documents) this.texts.set(id, text);
  }

  /** The text that is asked for: the request's own, or that of the document which it names. Throws Untrusted. */
  textOf(request: GraphQLRequest): string | undefined {
    const own = typeof request.query === "string" && request.query !== "" ? request.query : undefined;
    const name = nameIn(request);
    const named = name && this.texts.get(name.id);
    if (name && named === undefined && own === undefined) throw untrusted(name.path, this.only ? unknown : unknownHere);
    if (name && named !== undefined && own !== undefined && named !== own) throw untrusted(name.path, another);
    if (own !== undefined && this.only && !this.texts.has(sha256(own))) throw untrusted("query", onlyTrusted);
    return own ?? named;
  }
}

/** For a server that vouches for nothing in particular. */
export const noTrustedDocuments = new TrustedDocuments(new Map(), false);

const unknown = "This server trusts no document of that name; its operator can add it to TRUSTED_DOCUMENTS.";
const unknownHere = `${unknown} Or send the document itself.`;
const another = "This is not the name of the document that is sent along. Send one of the two.";
const onlyTrusted =
  "This server takes trusted documents alone: name one of them by `documentId`, or ask its operator to add yours to TRUSTED_DOCUMENTS.";

const untrusted = (path: string, message: string): Untrusted => new Untrusted([{ path, message }]);

/** How a request names its document: as GraphQL over HTTP has it, or as Apollo's clients do. */
function nameIn({ documentId, extensions }: GraphQLRequest): { path: string; id: string } | undefined {
  if (typeof documentId === "string") return { path: "documentId", id: documentId };
  const persisted = extensions?.["persistedQuery"] as { readonly sha256Hash?: unknown } | null | undefined;
  const id = persisted?.sha256Hash;
  return typeof id === "string" ? { path: "extensions.persistedQuery.sha256Hash", id } : undefined;
}

/** Replaces the id of a trusted document by its text, so that all later middleware finds a text. */
export const resolvePersistedDocument =
  (trusted: TrustedDocuments): RequestHandler =>
  (request, _response, next) => {
    if (request.method === "GET") {
      const { path, search } = partsOf(request.url);
      const asked = new URLSearchParams(search);
      const text = textIn(trusted, {
        query: asked.get("query"),
        documentId: asked.get("documentId"),
        extensions: objectIn(asked.get("extensions")),
      });
      if (text !== undefined) {
        asked.set("query", text);
        asked.delete("documentId");
        asked.delete("extensions");
        request.url = `${path}?${asked.toString()}`;
      }
    } else if (request.body !== null && typeof request.body === "object" && !Array.isArray(request.body)) {
      const body = request.body as { -readonly [key in keyof GraphQLRequest]: GraphQLRequest[key] };
      const text = textIn(trusted, body);
      if (text !== undefined) {
        body.query = text;
        delete body.documentId;
        const { persistedQuery: _name, ...others } = body.extensions ?? {};
        if (Object.keys(others).length > 0) body.extensions = others;
        else delete body.extensions;
      }
    }
    next();
  };

/** The text of the document that a request names; an unknown name is refused later. */
function textIn(trusted: TrustedDocuments, request: GraphQLRequest): string | undefined {
  try {
    return nameIn(request) && trusted.textOf(request);
  } catch (error) {
    if (error instanceof Untrusted) return undefined;
    throw error;
  }
}

function objectIn(text: string | null): Record<string, unknown> {
  try {
    return (JSON.parse(text ?? "null") as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
