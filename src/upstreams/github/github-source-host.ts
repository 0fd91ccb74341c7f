import { graphql } from "@octokit/graphql";
import type { z } from "zod";
import { InvalidInput, type PlatformError, UpstreamRejected, UpstreamUnavailable } from "../../kernel/errors.js";
import { decodeCursor, encodeCursor } from "../../kernel/page.js";
import type { UpstreamHealth } from "../cluster.js";
import type { RateLimit, Ref, RefPage, RefsRequest, Repository, SourceHost } from "../source-host.js";
import { UpstreamCalls, type UpstreamCallsOptions } from "../upstream-call.js";
import { GitHubRate } from "./github-rate.js";
import { newestFirst, refResponse, refPrefix, refQuery, refsResponse, refsQuery, toRef } from "./github-refs.js";

export interface GitHubOptions {
  /** The API's URL, `https://api.github.com` or `https://<host>/api/v3`. */
  readonly apiUrl: string;
  /** The URL of repositories for people and the build server: `https://github.com`. */
  readonly webUrl: string;
  /** GitHub requires a token for GraphQL. */
  readonly token?: string;
  readonly calls?: UpstreamCallsOptions;
}

/** The largest page that GitHub returns. */
const largestPage = 100;
/** Branches beyond this number are not listed. */
const mostBranches = 1_000;

type Variables = Readonly<Record<string, unknown>>;

/** Reads tags and branches from GitHub's GraphQL API. */
export class GitHubSourceHost implements SourceHost {
  private readonly calls: UpstreamCalls;
  private readonly rate = new GitHubRate();
  private readonly graphql: typeof graphql;
  private readonly webUrl: string;

  constructor({ apiUrl, webUrl, token, calls }: GitHubOptions) {
    this.calls = new UpstreamCalls("github", calls);
    this.webUrl = webUrl.replace(/\/+$/, "");
    const headers = token === undefined ? {} : { authorization: `bearer ${token}` };
    this.graphql = graphql.defaults({ baseUrl: apiUrl.replace(/\/+$/, ""), headers });
  }

  async refs(repository: Repository, request: RefsRequest, signal: AbortSignal): Promise<RefPage> {
    return request.kind === "TAG" ? this.tags(repository, request, signal) : this.branches(repository, request, signal);
  }

  async ref(
    repository: Repository,
    { kind, name }: Pick<Ref, "kind" | "name">,
    signal: AbortSignal,
  ): Promise<Ref | undefined> {
    // GitHub would also search a short name among the refs of the other kind.
    const variables = { ref: refPrefix[kind] + name };
    const { repository: found } = await this.ask(repository, refQuery, variables, refResponse, signal);
    // A fully qualified name that does not exist may match as a short one.
    return found.ref?.name === name ? toRef(kind, found.ref) : undefined;
  }

  cloneUrl({ path }: Repository): string {
    return `${this.webUrl}/${path}.git`;
  }

  health(): UpstreamHealth {
    return this.calls.health();
  }

  private async tags(repository: Repository, request: RefsRequest, signal: AbortSignal): Promise<RefPage> {
    const { edges, ...page } = await this.page(repository, request, signal);
    const found = edges.flatMap(({ cursor, node }) => {
      const ref = toRef(request.kind, node);
      return ref ? [{ cursor, ref }] : [];
    });
    return { ...page, refs: found.map(({ ref }) => ref), cursors: found.map(({ cursor }) => cursor) };
  }

  /** GitHub sorts only tags by date, so branches are sorted here and paged by their position. */
  private async branches(repository: Repository, request: RefsRequest, signal: AbortSignal): Promise<RefPage> {
    const position = decodeCursor(request.after, 2);
    const all: Ref[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await this.page(repository, { ...request, first: largestPage, after }, signal);
      all.push(...page.edges.flatMap(({ node }) => toRef(request.kind, node) ?? []));
      after = page.endCursor;
      if (page.hasNextPage && after !== undefined && all.length < mostBranches) continue;
      const [at, name] = position ?? [];
      const rest = all.sort(newestFirst).filter((ref) => {
        if (at === undefined || name === undefined) return true;
        return newestFirst({ ...ref, name, committedAt: new Date(at) }, ref) < 0;
      });
      const refs = rest.slice(0, request.first);
      const cursors = refs.map((ref) => encodeCursor([ref.committedAt.toISOString(), ref.name]));
      const { totalCount, rateLimit } = page;
      return { refs, cursors, hasNextPage: rest.length > refs.length, totalCount, rateLimit };
    }
  }

  private async page(repository: Repository, { kind, search, first, after }: RefsRequest, signal: AbortSignal) {
    const variables = { prefix: refPrefix[kind], search: search ?? "", first, after: after ?? null };
    const answer = await this.ask(repository, refsQuery, variables, refsResponse, signal);
    const { totalCount, pageInfo, edges } = answer.repository.refs;
    const { hasNextPage, endCursor } = pageInfo;
    return {
      totalCount,
      hasNextPage,
      endCursor: endCursor ?? undefined,
      edges,
      rateLimit: toRateLimit(answer.rateLimit),
    };
  }

  private async ask<T extends { readonly rateLimit: z.infer<typeof refResponse>["rateLimit"] }>(
    { path }: Repository,
    query: string,
    variables: Variables,
    shape: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    this.rate.check();
    const [owner, name, ...more] = path.split("/");
    if (!owner || !name || more.length > 0)
      throw new InvalidInput([{ path: "repository", message: "Write owner/name." }]);
    return this.calls.call("read refs", { idempotent: true }, signal, async (signal) => {
      const parsed = shape.safeParse(await this.send(query, { ...variables, owner, name }, path, signal));
      // A response that broke off looks like no response.
      if (!parsed.success) throw new UpstreamUnavailable("github", "GitHub's answer cannot be understood.");
      this.rate.note(toRateLimit(parsed.data.rateLimit));
      return parsed.data;
    });
  }

  private async send(query: string, variables: Variables, path: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.graphql(query, { ...variables, request: { signal } });
    } catch (error) {
      throw this.translated(error as GitHubFailure, path);
    }
  }

  /** Translates octokit's errors; an error that is not GitHub's (a broken socket, an abort) stays as it is. */
  private translated(error: GitHubFailure, path: string): PlatformError | GitHubFailure {
    const headers = error.response?.headers ?? error.headers ?? {};
    if (error.errors) {
      const types = error.errors.map(({ type }) => type);
      if (types.some((type) => type === "RATE_LIMITED" || type === "RATE_LIMIT")) return this.rate.refused(headers);
      const message = error.errors.map(({ message }) => message).join(" ");
      if (types.includes("NOT_FOUND"))
        return rejected(
          `GitHub shows no repository ${path} to the platform. If it exists, give the platform's token access to it.`,
          404,
        );
      if (types.includes("INVALID_CURSOR_ARGUMENTS"))
        return new InvalidInput([{ path: "after", message: "Use a cursor that this connection gave you." }]);
      if (types.includes("FORBIDDEN")) return rejected(`GitHub refused: ${message}`, 403);
      // Without a type: GitHub's own timeouts and failures are 200 with a message.
      return types.every((type) => type === undefined)
        ? new UpstreamUnavailable("github", `GitHub failed: ${message}`)
        : rejected(`GitHub refused: ${message}`, 400);
    }
    const { status } = error;
    if (status === undefined || !error.response) return unwrapped(error);
    const text = error.message;
    if (status === 429 || (status === 403 && (headers["retry-after"] !== undefined || /rate limit/i.test(text))))
      return this.rate.refused(headers);
    if (status === 401) return rejected("GitHub does not accept the platform's token.", 401);
    if (status >= 500) return new UpstreamUnavailable("github", `GitHub failed: it answered ${status}.`);
    return rejected(`GitHub refused: ${text}`, status);
  }
}

/** The parts of octokit's GraphqlResponseError and RequestError that are read here. */
interface GitHubFailure {
  readonly message: string;
  readonly cause?: unknown;
  readonly status?: number;
  readonly headers?: Headers;
  readonly response?: { readonly headers?: Headers };
  readonly errors?: readonly { readonly type?: string; readonly message: string }[];
}
type Headers = Readonly<Record<string, string | number | undefined>>;

/** Octokit wraps errors of the socket like a response of 500. */
const unwrapped = (error: GitHubFailure): GitHubFailure =>
  typeof error.cause === "object" && error.cause !== null ? (error.cause as GitHubFailure) : error;

const rejected = (message: string, status: number) => new UpstreamRejected("github", message, status);

const toRateLimit = ({ limit, remaining, resetAt }: z.infer<typeof refResponse>["rateLimit"]): RateLimit => ({
  limit,
  remaining,
  resetAt: new Date(resetAt),
});
