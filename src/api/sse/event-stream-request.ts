import type { Request } from "express";
import { GraphQLError } from "graphql";
import { InvalidInput } from "../../kernel/errors.js";
import type { GraphQLRequest } from "../documents/graphql-request.js";

/** The path of both modes; `/graphql` itself streams to clients that accept nothing else. */
export const streamPath = "/graphql/stream";

export const acceptsEvents = ({ headers }: Request): boolean => (headers.accept ?? "").includes("text/event-stream");

/** Whether the client reads only events, and not JSON as well. */
export const wantsEvents = (request: Request): boolean =>
  acceptsEvents(request) &&
  request.accepts(["application/json", "application/graphql-response+json", "text/event-stream"]) ===
    "text/event-stream";

/** What is asked for, in the body or, of a GET, in the address. Throws a GraphQLError for a part that cannot be read. */
export function readRequest({ method, query, body }: Request): GraphQLRequest {
  if (method !== "GET") return (body ?? {}) as GraphQLRequest;
  return {
    query: text(query["query"]),
    operationName: text(query["operationName"]),
    variables: json("variables", query["variables"]),
    extensions: json("extensions", query["extensions"]),
    ...(typeof query["documentId"] === "string" && { documentId: query["documentId"] }),
  };
}

/** The cursor from which an `EventSource` continues. */
export const lastEventId = ({ headers }: Request): string | undefined => text(headers["last-event-id"]);

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function json(path: string, value: unknown): Record<string, unknown> {
  if (text(value) === undefined) return {};
  try {
    const read: unknown = JSON.parse(value as string);
    if (read !== null && typeof read === "object" && !Array.isArray(read)) return read as Record<string, unknown>;
    if (read === null) return {};
  } catch {
    // said below
  }
  const originalError = new InvalidInput([{ path, message: "Send a JSON object." }]);
  throw new GraphQLError(originalError.message, { originalError });
}
