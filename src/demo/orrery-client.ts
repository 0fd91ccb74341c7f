import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";
import type { Operations } from "../../schema/operation-types.js";
import { projectFolder } from "../kernel/project-folder.js";

/** A response with errors. */
export class GraphQLFailure extends Error {
  constructor(
    readonly operation: string,
    readonly errors: readonly {
      readonly message: string;
      readonly path?: readonly unknown[];
      readonly extensions?: Record<string, unknown>;
    }[],
  ) {
    super(
      `${operation}: ${errors.map(({ message, extensions }) => `${message} (${String(extensions?.["code"])})`).join("; ")}`,
    );
    this.name = "GraphQLFailure";
  }

  get code(): string | undefined {
    return this.errors[0]?.extensions?.["code"] as string | undefined;
  }
}

/** A named operation of `schema/operations`, by its file's name; or a document that a test has in its code, by its text. */
export type OperationName = keyof Operations;
export type SubscriptionName = {
  [N in OperationName]: Operations[N]["kind"] extends "subscription" ? N : never;
}[OperationName];

/** The result and the variables of an operation. */
export type Data<N extends OperationName> = Operations[N]["data"];
export type Variables<N extends OperationName> = Operations[N]["variables"];
/** The value of a subscription's one field. */
export type EventOf<N extends SubscriptionName> = Data<N>[keyof Data<N>];

/** Variables may be left out where none is required. */
type Given<N extends OperationName> = string extends keyof Variables<N>
  ? []
  : Partial<Variables<N>> extends Variables<N>
    ? [variables?: Variables<N>]
    : [variables: Variables<N>];

/** A response: data, errors, or both. */
export interface Response<T> {
  readonly data?: T;
  readonly errors?: GraphQLFailure["errors"];
}

// For documents that are built at run time, and for requests that are wrong on purpose.
// oxlint-disable-next-line typescript/no-explicit-any
export type Untyped = any;

let operations: ReadonlyMap<string, string> | undefined;

/** A named operation of `schema/operations`, by its file's name. */
export function operation(name: string): string {
  const folder = join(projectFolder, "schema/operations");
  operations ??= new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".graphql"))
      .map((file) => [basename(file, ".graphql"), readFileSync(join(folder, file), "utf8")]),
  );
  const document = operations.get(name);
  if (document === undefined) throw new Error(`schema/operations has no ${name}.graphql`);
  return document;
}

/** A document itself, or the named operation. */
const textOf = (document: string): string => (document.includes("{") ? document : operation(document));

/** A client of the public API: named operations over HTTP, subscriptions over WebSocket. */
export class OrreryClient {
  private sockets: Client | undefined;

  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  /** Logs in; resolves with a client that acts for the member. */
  async login(email: string, password: string): Promise<OrreryClient> {
    const { login } = await this.ask("login", { input: { email, password } });
    return new OrreryClient(this.url, login.accessToken);
  }

  /** The data of a named query or mutation; throws a GraphQLFailure when there are errors. */
  ask<N extends OperationName>(name: N, ...[variables]: Given<N>): Promise<Data<N>> {
    return this.askUntyped(name, variables) as Promise<Data<N>>;
  }

  /** The data and the errors of a response. */
  send<N extends OperationName>(name: N, ...[variables]: Given<N>): Promise<Response<Data<N>>> {
    return this.sendUntyped(name, variables) as Promise<Response<Data<N>>>;
  }

  /** The values of a subscription's one field, until it ends. */
  follow<N extends SubscriptionName>(name: N, ...[variables]: Given<N>): AsyncGenerator<EventOf<N>, void, undefined> {
    return this.followUntyped(name, variables) as AsyncGenerator<EventOf<N>, void, undefined>;
  }

  /** The same of any document, or of an operation whose name or variables are not known to be right. */
  async askUntyped(document: string, variables?: object): Promise<Untyped> {
    const { data, errors } = await this.sendUntyped(document, variables);
    if (errors) throw new GraphQLFailure(document, errors);
    return data;
  }

  async sendUntyped(document: string, variables: object = {}): Promise<Response<Untyped>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ query: textOf(document), variables }),
    });
    return (await response.json()) as Response<Untyped>;
  }

  async *followUntyped(document: string, variables: object = {}): AsyncGenerator<Untyped, void, undefined> {
    this.sockets ??= createClient({
      url: `${this.url.replace(/^http/, "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.token ?? ""}` },
      retryAttempts: 0,
    });
    for await (const { data, errors } of this.sockets.iterate<Record<string, Untyped>>({
      query: textOf(document),
      variables: { ...variables },
    })) {
      if (errors) throw new GraphQLFailure(document, errors);
      yield Object.values(data ?? {})[0];
    }
  }

  async close(): Promise<void> {
    await this.sockets?.dispose();
  }
}
