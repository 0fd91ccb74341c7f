import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";
import { projectFolder } from "../kernel/project-folder.js";

/** An answer with errors, as a client sees it. */
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

// Answers are read where they are used; their shape is in schema/schema.graphql.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

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

/** A client of the public API, as anybody could write one: named operations over HTTP, subscriptions over WebSocket. */
export class OrreryClient {
  private sockets: Client | undefined;

  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  /** Logs in; resolves with a client that acts for the member. */
  async login(email: string, password: string): Promise<OrreryClient> {
    const { login } = await this.ask("login", { input: { email, password } });
    return new OrreryClient(this.url, login.accessToken as string);
  }

  /** The data of a query or mutation; throws a GraphQLFailure when there are errors. */
  async ask(name: string, variables: object = {}): Promise<Answer> {
    const { data, errors } = await this.send(name, variables);
    if (errors) throw new GraphQLFailure(name, errors);
    return data;
  }

  /** Data and errors as they came. */
  async send(name: string, variables: object = {}): Promise<{ data?: Answer; errors?: GraphQLFailure["errors"] }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ query: name.includes("{") ? name : operation(name), variables }),
    });
    return (await response.json()) as { data?: Answer; errors?: GraphQLFailure["errors"] };
  }

  /** The values of a subscription's one field, until it ends. */
  async *follow(name: string, variables: object = {}): AsyncGenerator<Answer, void, undefined> {
    this.sockets ??= createClient({
      url: `${this.url.replace(/^http/, "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.token ?? ""}` },
      retryAttempts: 0,
    });
    for await (const { data, errors } of this.sockets.iterate<Record<string, Answer>>({
      query: name.includes("{") ? name : operation(name),
      variables: { ...variables },
    })) {
      if (errors) throw new GraphQLFailure(name, errors);
      yield Object.values(data ?? {})[0];
    }
  }

  async close(): Promise<void> {
    await this.sockets?.dispose();
  }
}
