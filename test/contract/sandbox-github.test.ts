import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { graphql, GraphqlResponseError } from "@octokit/graphql";
import { SandboxGitHub } from "../../src/sandbox/github/sandbox-github.js";

interface Node {
  readonly name: string;
  readonly target: {
    readonly oid: string;
    readonly committedDate?: string;
    readonly target?: { readonly oid: string };
  };
}
interface Refs {
  readonly repository: {
    readonly refs: {
      readonly totalCount: number;
      readonly nodes: readonly Node[];
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
    };
  };
}

const refsQuery = `
  query ($owner: String!, $name: String!, $prefix: String!, $first: Int, $after: String, $search: String) {
    repository(owner: $owner, name: $name) {
      refs(refPrefix: $prefix, first: $first, after: $after, query: $search, orderBy: { field: TAG_COMMIT_DATE, direction: DESC }) {
        totalCount
        pageInfo { endCursor hasNextPage }
        nodes {
          name
          target {
            oid
            ... on Commit { committedDate messageHeadline }
            ... on Tag { target { oid ... on Commit { committedDate messageHeadline } } }
          }
        }
      }
    }
    rateLimit { limit cost remaining resetAt used }
  }`;
const hello = { owner: "acme", name: "hello-orrery", prefix: "refs/tags/", first: 100 };

describe("the sandbox GitHub", () => {
  let github: SandboxGitHub;
  let base: string;

  beforeEach(async () => {
    github = new SandboxGitHub();
    base = await github.listen();
    github.setRateLimit({ remaining: 5_000, resetAt: new Date(Date.now() + 60_000) });
  });
  afterEach(() => github.close());

  const as = (token: string) => graphql.defaults({ baseUrl: base, headers: { authorization: `token ${token}` } });
  const post = (body: unknown, headers: Record<string, string> = { authorization: `Bearer ${github.token}` }) =>
    fetch(`${base}/graphql`, { method: "POST", headers, body: JSON.stringify(body) });
  const failure = async (query: string, variables = {}) => {
    const error = await as(github.token)(query, variables).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(GraphqlResponseError);
    return error as GraphqlResponseError<unknown>;
  };

  test("lists tags, newest commit first; an annotated tag leads to its commit", async () => {
    const { repository } = await as(github.token)<Refs>(refsQuery, hello);
    const { nodes, totalCount } = repository.refs;
    expect(nodes.map(({ name }) => name)).toEqual([
      "v1.4.0-fail",
      "v1.3.0-missing",
      "v1.2.0-crash",
      "v1.1.0",
      "v1.0.0",
    ]);
    expect(totalCount).toBe(5);
    const [annotated, light] = [nodes[3]!, nodes[4]!];
    expect(light.target).toMatchObject({
      messageHeadline: "Say hello",
      committedDate: expect.stringMatching(/^2026-.*\dZ$/),
    });
    expect(annotated.target.oid).not.toBe(annotated.target.target!.oid);
    expect(annotated.target.target).toMatchObject({ messageHeadline: "Say hello politely" });
  });

  test("lists branches, finds names in any case, and shows one ref", async () => {
    const branches = await as(github.token)<Refs>(refsQuery, { ...hello, prefix: "refs/heads/", search: "GREET" });
    expect(branches.repository.refs.nodes.map(({ name }) => name)).toEqual(["feature/greeting"]);
    const one = await as(github.token)<{ repository: Record<string, Node | string | null> }>(
      `{ repository(owner: "acme", name: "hello-orrery") {
           ref(qualifiedName: "refs/tags/v1.0.0") { name prefix target { oid } }
           none: ref(qualifiedName: "refs/tags/v9") { name }
           object(expression: "v1.0.0") { oid }
           defaultBranchRef { name }
           isPrivate url
         } }`,
    );
    const { ref, object, ...rest } = one.repository as Record<string, Node> & { object: { oid: string } };
    expect(object.oid).toBe(ref!.target.oid);
    expect(rest).toEqual({
      none: null,
      defaultBranchRef: { name: "main" },
      isPrivate: false,
      url: "https://github.com/acme/hello-orrery",
    });
  });

  test("pages through 250 tags without missing or repeating one", async () => {
    const many = github.addRepository("acme", "many-tags");
    for (let index = 0; index < 250; index++) many.addTag({ name: `v0.${index}.0` });
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const { refs } = (await as(github.token)<Refs>(refsQuery, { ...hello, name: "many-tags", after })).repository;
      expect(refs.totalCount).toBe(250);
      seen.push(...refs.nodes.map(({ name }) => name));
      after = refs.pageInfo.endCursor;
      more = refs.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => `v0.${249 - index}.0`));
  });

  test("refuses pages without bounds or with too many", async () => {
    const { first: _first, ...boundless } = hello;
    expect((await failure(refsQuery, boundless)).errors?.[0]?.type).toBe("MISSING_PAGINATION_BOUNDARIES");
    expect((await failure(refsQuery, { ...hello, first: 101 })).errors?.[0]?.type).toBe("EXCESSIVE_PAGINATION");
  });

  test("hides private repositories from who may not see them, exactly as if they were absent", async () => {
    const query = (name: string) => `{ repository(owner: "acme", name: "${name}") { isPrivate } }`;
    expect(await as(github.token)(query("private-garden"))).toEqual({ repository: { isPrivate: true } });
    const ask = async (name: string) => {
      const answer = await post({ query: query(name) }, { authorization: `token ${github.outsiderToken}` });
      expect(answer.status).toBe(200);
      return (await answer.text()).replaceAll(name, "NAME");
    };
    const hidden = await ask("private-garden");
    expect(JSON.parse(hidden)).toEqual({
      data: { repository: null },
      errors: [
        {
          type: "NOT_FOUND",
          path: ["repository"],
          locations: [{ line: 1, column: 3 }],
          message: "Could not resolve to a Repository with the name 'acme/NAME'.",
        },
      ],
    });
    expect(await ask("no-such-thing")).toBe(hidden);
  });

  test("answers only what is valid under the official schema, and never makes up what it does not have", async () => {
    const invalid = await post({ query: "{ repository(owner: 1) { nosuch } }" });
    expect(invalid.status).toBe(200);
    expect(await invalid.json()).not.toHaveProperty("data");
    const beyond = await post({ query: '{ repository(owner: "acme", name: "hello-orrery") { forkCount } }' });
    expect(beyond.status).toBe(501);
    expect(github.server.unknown.at(-1)).toContain("Repository.forkCount");
    expect((await post({ query: "{" })).status).toBe(200);
  });

  test("counts what is asked, and says what is left", async () => {
    const before = await post({ query: "{ viewer { login } rateLimit { remaining used cost } }" });
    expect(await before.json()).toEqual({
      data: { viewer: { login: "orrery" }, rateLimit: { remaining: 4_999, used: 1, cost: 1 } },
    });
    const { headers } = await post({ query: "{ viewer { login } }" });
    expect(headers.get("x-ratelimit-limit")).toBe("5000");
    expect(headers.get("x-ratelimit-remaining")).toBe("4998");
    expect(headers.get("x-ratelimit-resource")).toBe("graphql");
    expect(Number(headers.get("x-ratelimit-reset")) * 1000).toBeGreaterThan(Date.now());
  });

  test("refuses the exhausted with 200 and an error, until the reset", async () => {
    github.setRateLimit({ remaining: 0 });
    const error = await failure("{ viewer { login } }");
    expect(error.errors![0]).toMatchObject({
      type: "RATE_LIMITED",
      message: expect.stringContaining("rate limit exceeded"),
    });
    expect(error.headers["x-ratelimit-remaining"]).toBe("0");
    github.setRateLimit({ errorType: "RATE_LIMIT" });
    expect((await failure("{ viewer { login } }")).errors![0]).toMatchObject({
      type: "RATE_LIMIT",
      code: "graphql_rate_limit",
    });
    github.setRateLimit({ resetAt: new Date(Date.now() - 1), errorType: "RATE_LIMITED" });
    expect(await as(github.token)("{ viewer { login } }")).toEqual({ viewer: { login: "orrery" } });
  });

  test("refuses the hasty with 403 and when to come back", async () => {
    github.limitSecondarily(30_000);
    const hasty = await post({ query: "{ viewer { login } }" });
    expect([hasty.status, hasty.headers.get("retry-after")]).toEqual([403, "30"]);
    expect(await hasty.json()).toMatchObject({ message: expect.stringContaining("secondary rate limit") });
    github.limitSecondarily(0);
  });

  test("refuses wrong and missing credentials with 401", async () => {
    const wrong = await post({ query: "{ viewer { login } }" }, { authorization: "Bearer nonsense" });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ message: "Bad credentials" });
    expect((await post({ query: "{ viewer { login } }" }, {})).status).toBe(401);
  });

  test("takes new refs while it runs", async () => {
    const order = { repository: "acme/hello-orrery", name: "v2.0.0", commit: "c".repeat(40), message: "Say goodbye" };
    const made = await fetch(`${base}/_sandbox/github/tags`, { method: "POST", body: JSON.stringify(order) });
    expect(made.status).toBe(200);
    const { repository } = await as(github.token)<Refs>(refsQuery, { ...hello, search: "v2" });
    expect(repository.refs.nodes).toMatchObject([{ name: "v2.0.0", target: { oid: order.commit } }]);
  });
});
