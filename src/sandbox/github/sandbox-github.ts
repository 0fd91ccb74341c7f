import type { ServerResponse } from "node:http";
import { type DocumentNode, execute, type GraphQLError, type GraphQLFieldResolver, parse, validate } from "graphql";
import { type SandboxRequest, SandboxServer } from "../sandbox-server.js";
import { graphOf, type Viewer } from "./graph.js";
import { officialSchema } from "./official-schema.js";
import { RateLimit, type RateLimitState } from "./rate-limit.js";
import { type NewRef, sampleRepositories, SandboxRepository } from "./repository.js";

export interface SandboxGitHubOptions {
  /** The token that may read everything. */
  readonly token?: string;
  /** Points per hour. Default 5000. */
  readonly limit?: number;
}

interface Query {
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** GitHub's names for an exhausted primary limit: `RATE_LIMITED` for years, `RATE_LIMIT` with a code recently. */
export type RateLimitErrorType = "RATE_LIMITED" | "RATE_LIMIT";

const documentation = "https://docs.github.com/graphql";

/**
 * A simulation of GitHub's GraphQL API: it answers queries that are valid under the official schema, from its own few
 * repositories.
 */
export class SandboxGitHub {
  readonly token: string;
  /** The token that may read public repositories only. */
  readonly outsiderToken = "ghp_outsider";
  readonly server: SandboxServer;
  private readonly repositories = new Map<string, SandboxRepository>();
  private readonly viewers: ReadonlyMap<string, Viewer>;
  private rateLimitErrorType: RateLimitErrorType = "RATE_LIMITED";
  private secondaryLimitUntil = 0;

  constructor({ token = "ghp_sandbox", limit = 5_000 }: SandboxGitHubOptions = {}) {
    this.token = token;
    this.viewers = new Map([
      [token, { login: "orrery", id: 1001, sees: ["acme"], rateLimit: new RateLimit(limit) }],
      [this.outsiderToken, { login: "outsider", id: 1002, sees: [], rateLimit: new RateLimit(limit) }],
    ]);
    for (const repository of sampleRepositories()) this.repositories.set(repository.path.toLowerCase(), repository);
    this.server = new SandboxServer((request, response) => this.route(request, response));
  }

  /** Listens on loopback; resolves with the base URL of `/graphql`. */
  listen(port?: number): Promise<string> {
    return this.server.listen(port);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Adds a repository without refs, or replaces one. */
  addRepository(owner: string, name: string, { isPrivate = false } = {}): SandboxRepository {
    const repository = new SandboxRepository(owner, name, isPrivate);
    this.repositories.set(repository.path.toLowerCase(), repository);
    return repository;
  }

  /** Renames or transfers a repository; the old name still finds it. */
  redirect(from: string, to: string): void {
    this.repositories.set(from.toLowerCase(), this.repository(to));
  }

  /** The repository at `owner/name`. */
  repository(path: string): SandboxRepository {
    const repository = this.repositories.get(path.toLowerCase());
    if (!repository) throw new Error(`There is no repository ${path}`);
    return repository;
  }

  /** Sets the remaining points of the main token, and the name of the exhausted limit. */
  setRateLimit({ errorType, ...state }: Partial<RateLimitState> & { readonly errorType?: RateLimitErrorType }): void {
    this.viewers.get(this.token)!.rateLimit.set(state);
    if (errorType) this.rateLimitErrorType = errorType;
  }

  /** Refuses every query by the secondary rate limit for this long. */
  limitSecondarily(forMs: number): void {
    this.secondaryLimitUntil = Date.now() + forMs;
  }

  private async route(request: SandboxRequest, response: ServerResponse): Promise<boolean> {
    const isControl = request.path.startsWith("/_sandbox/github/");
    const isQuery = /^(\/api)?\/graphql$/.test(request.path) && request.method === "POST";
    if (!isControl && !isQuery) return false;
    const reply = isControl ? await this.control(request) : await this.answer(request);
    if (!reply) return false;
    response
      .writeHead(reply.status, { "content-type": "application/json; charset=utf-8", ...reply.headers })
      .end(JSON.stringify(reply.body));
    return true;
  }

  private async answer(request: SandboxRequest): Promise<Reply> {
    const [, token] = /^(?:bearer|token) +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (token === undefined) return refused(401, "This endpoint requires you to be authenticated.");
    const viewer = this.viewers.get(token);
    if (!viewer) return refused(401, "Bad credentials");
    const { rateLimit } = viewer;
    const waitMs = this.secondaryLimitUntil - Date.now();
    if (waitMs > 0) {
      const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
      const headers = { ...rateLimit.headers, "retry-after": String(Math.ceil(waitMs / 1000)) };
      return { ...refused(403, message), headers };
    }
    if (!rateLimit.take()) {
      const message = `API rate limit exceeded for user ID ${viewer.id}.`;
      const type = this.rateLimitErrorType;
      const error = { type, ...(type === "RATE_LIMIT" && { code: "graphql_rate_limit" }), message };
      return { status: 200, headers: rateLimit.headers, body: { errors: [error] } };
    }
    const query = queryIn((await request.body()).toString());
    if (!query) return { ...refused(400, "Problems parsing JSON"), headers: rateLimit.headers };
    return { status: 200, headers: rateLimit.headers, body: await this.execute(query, viewer) };
  }

  private async execute({ query, variables, operationName }: Query, viewer: Viewer): Promise<unknown> {
    if (!query) return { errors: [{ message: "A query attribute must be specified and must be a string." }] };
    const schema = await officialSchema();
    let document: DocumentNode;
    try {
      document = parse(query);
    } catch (error) {
      return { errors: [presented(error as GraphQLError)] };
    }
    const problems = validate(schema, document);
    if (problems.length > 0) return { errors: problems.map(presented) };
    const { data, errors } = await execute({
      schema,
      document,
      rootValue: graphOf(this.repositories, viewer),
      fieldResolver: simulatedField,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    });
    const beyond = errors?.find(({ originalError }) => originalError instanceof NotSimulated);
    if (beyond) throw beyond.originalError;
    return { data, ...(errors && { errors: errors.map(presented) }) };
  }

  /** `POST /_sandbox/github/{tags,branches,rate-limit,secondary-limit}`. */
  private async control(request: SandboxRequest): Promise<Reply | undefined> {
    const order = JSON.parse((await request.body()).toString()) as { readonly repository: string } & NewRef & {
        readonly annotation?: string;
        readonly remaining?: number;
        readonly resetAt?: string;
        readonly forMs?: number;
      };
    const { remaining, resetAt, forMs = 60_000 } = order;
    const controls: Readonly<Record<string, () => unknown>> = {
      tags: () => this.repository(order.repository).addTag(order),
      branches: () => this.repository(order.repository).addBranch(order),
      "rate-limit": () =>
        this.setRateLimit({
          ...(remaining !== undefined && { remaining }),
          ...(resetAt !== undefined && { resetAt: new Date(resetAt) }),
        }),
      "secondary-limit": () => this.limitSecondarily(forMs),
    };
    const control = request.method === "POST" ? controls[request.path.slice("/_sandbox/github/".length)] : undefined;
    if (!control) return undefined;
    control();
    return { status: 200, body: { ok: true } };
  }
}

/** A valid field without data in the sandbox: the whole query is answered 501, never with an invented null. */
class NotSimulated extends Error {}

/** Reads a field of the sandbox's objects. */
const simulatedField: GraphQLFieldResolver<Record<string, unknown>, unknown> = (source, args, _context, info) => {
  const value = source[info.fieldName];
  if (value === undefined) throw new NotSimulated(`no data for ${info.parentType.name}.${info.fieldName}`);
  return typeof value === "function" ? (value as (given: unknown) => unknown)(args) : value;
};

/** An error as GitHub returns it: its `type` is beside the message. */
function presented({ message, path, locations, extensions }: GraphQLError) {
  const { type } = extensions;
  return { ...(type !== undefined && { type }), ...(path && { path }), ...(locations && { locations }), message };
}

function queryIn(text: string): Query | undefined {
  try {
    return JSON.parse(text) as Query;
  } catch {
    return undefined;
  }
}

function refused(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: documentation, status: String(status) } };
}
