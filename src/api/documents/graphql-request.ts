/** A request as every transport brings it. */
export interface GraphQLRequest {
  readonly query?: string | null | undefined;
  /** The name of a trusted document, instead of its text; Apollo's clients say it in their `extensions`. */
  readonly documentId?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}
