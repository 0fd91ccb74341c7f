import type { Request } from "express";
import { GraphQLError } from "graphql";
import { InvalidInput, TooComplex } from "../kernel/errors.js";
import type { Documents, GraphQLRequest } from "./documents.js";

const batch = new InvalidInput([{ path: "body", message: "Send an object with one operation, and no list of them." }]);

/**
 * Refuses, before Apollo parses anything and before anybody is asked who sends it, what is too large or a batch. Whatever
 * else is wrong with a document Apollo tells by itself.
 */
export function refuseTooComplex(documents: Documents, request: Request): void {
  if (Array.isArray(request.body))
    throw new GraphQLError(batch.message, { originalError: batch, extensions: { http: { status: 400 } } });
  const found = documents.look(readRequest(request));
  if ("key" in found) return;
  const cause = found.map(({ originalError }) => originalError).find((error) => error instanceof TooComplex);
  if (cause) throw refused(request, cause);
}

/** What is asked for, read as Apollo reads it: in the body or, of a GET, in the address. What cannot be read is left out. */
function readRequest({ method, url, body }: Request): GraphQLRequest {
  if (method !== "GET") return (body ?? {}) as GraphQLRequest;
  const asked = new URL(url, "http://localhost").searchParams;
  return {
    query: asked.get("query"),
    operationName: asked.get("operationName"),
    variables: json(asked.get("variables")),
  };
}

function json(text: string | null): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text ?? "null") as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** 400 for those who read the status, and 200 for those who accept `application/json` alone, as for any other document. */
function refused({ headers }: Request, originalError: TooComplex): GraphQLError {
  const status = (headers.accept ?? "").includes("application/graphql-response+json") ? 400 : 200;
  return new GraphQLError(originalError.message, { originalError, extensions: { http: { status } } });
}
