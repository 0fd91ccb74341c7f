import { GraphQLFailure } from "../../src/demo/orrery-client.js";

/** What a client is told when it is refused: the code, and what comes with it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly requiredPermission?: string;
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  readonly incident?: string;
}

/** How the request is refused; an error when it is not. Takes queries and mutations, and the first value of a stream. */
export async function refusal(request: Promise<unknown> | AsyncIterator<unknown>): Promise<Refusal> {
  try {
    const answer = await ("then" in request ? request : request.next());
    throw new Error(`It was not refused: ${JSON.stringify(answer)}`);
  } catch (error) {
    // graphql-ws rejects with the errors of a refused subscription, as they are.
    const errors =
      error instanceof GraphQLFailure ? error.errors : Array.isArray(error) ? (error as GraphQLFailure["errors"]) : [];
    const [first] = errors;
    if (!first) throw error;
    return { message: first.message, ...(first.extensions as { code: string }) };
  }
}
