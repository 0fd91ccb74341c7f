import type { ApolloServerPlugin } from "@apollo/server";
import { GraphQLError } from "graphql";
import { InvalidInput, type FieldProblem } from "../kernel/errors.js";
import { isStorable } from "../kernel/storable.js";
import { fixedLimits } from "./document-limits.js";

const message = "Text without zero bytes and unpaired surrogates, please: no database holds them.";

/** A request as it comes over HTTP or WebSocket. */
interface Request {
  readonly query?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The error for text that cannot be stored, with every place of it; checked once for the whole API, whatever the field. */
export function refuseUnstorable({ query, variables }: Request): GraphQLError | undefined {
  const literal = /\0|\\u0000|\\u\{0+\}/.test(query ?? "") ? [{ path: "query", message }] : [];
  const fields = [...literal, ...problemsIn(variables ?? {}, "")];
  if (fields.length === 0) return undefined;
  const originalError = new InvalidInput(fields);
  return new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } });
}

/** What lies deeper than any document takes is not followed: it is refused for its depth. */
function problemsIn(value: unknown, at: string, depth = 0): FieldProblem[] {
  if (typeof value === "string") return isStorable(value) ? [] : [{ path: at, message }];
  if (value === null || typeof value !== "object" || depth > fixedLimits.variableDepth) return [];
  if (Array.isArray(value)) return value.flatMap((each, index) => problemsIn(each, `${at}[${index}]`, depth + 1));
  return Object.entries(value).flatMap(([key, each]) => problemsIn(each, at === "" ? key : `${at}.${key}`, depth + 1));
}

/** The same over HTTP, before anything is executed. */
export const storableInput: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ request }) {
        const refused = refuseUnstorable(request);
        return refused ? Promise.reject(refused) : Promise.resolve();
      },
    }),
};
