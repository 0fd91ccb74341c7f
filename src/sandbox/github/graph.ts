import { GraphQLError } from "graphql";
import type { RateLimit } from "./rate-limit.js";
import type { Commit, Ref, SandboxRepository } from "./repository.js";

/** The user of a request. */
export interface Viewer {
  readonly login: string;
  readonly id: number;
  /** Owners whose private repositories are visible. */
  readonly sees: readonly string[];
  readonly rateLimit: RateLimit;
}

/**
 * The root that graphql-js executes: fields are values, or functions of their arguments. Other fields are not
 * simulated.
 */
export function graphOf(repositories: ReadonlyMap<string, SandboxRepository>, viewer: Viewer) {
  return {
    __typename: "Query",
    viewer: { __typename: "User", login: viewer.login, id: globalId("User", String(viewer.id)), databaseId: viewer.id },
    rateLimit: () => {
      const { limit, remaining, resetAt } = viewer.rateLimit.state;
      return { limit, cost: 1, remaining, used: limit - remaining, resetAt: dateTime(resetAt), nodeCount: 1 };
    },
    repository({ owner, name, followRenames }: { owner: string; name: string; followRenames: boolean }) {
      const asked = `${owner}/${name}`.toLowerCase();
      const repository = repositories.get(asked);
      const isNamed = followRenames || repository?.path.toLowerCase() === asked;
      if (repository && isNamed && (!repository.isPrivate || viewer.sees.includes(repository.owner)))
        return repositoryNode(repository);
      throw refusal("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    },
  };
}

function repositoryNode(repository: SandboxRepository) {
  const { path, owner, name, isPrivate, defaultBranch } = repository;
  const found = (ref: Ref | undefined) => (ref ? refNode(ref, repository) : null);
  return {
    __typename: "Repository",
    id: globalId("Repository", path),
    name,
    nameWithOwner: path,
    owner: { __typename: "Organization", login: owner, id: globalId("Organization", owner) },
    isPrivate,
    visibility: isPrivate ? "PRIVATE" : "PUBLIC",
    url: `https://github.com/${path}`,
    sshUrl: `git@github.com:${path}.git`,
    defaultBranchRef: () => found(repository.ref(`refs/heads/${defaultBranch}`)),
    ref: ({ qualifiedName }: { qualifiedName: string }) => found(repository.ref(qualifiedName)),
    refs: (request: RefsRequest) => refsConnection(repository, request),
    object({ expression, oid }: { expression?: string; oid?: string }) {
      const ref = expression === undefined ? undefined : repository.ref(expression);
      if (ref) return targetNode(ref, repository);
      const commit = repository.commit(oid ?? expression ?? "");
      return commit ? commitNode(commit, repository) : null;
    },
  };
}

interface RefsRequest {
  readonly refPrefix: string;
  readonly query?: string | null;
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly direction?: "ASC" | "DESC";
  readonly orderBy?: { readonly field: "ALPHABETICAL" | "TAG_COMMIT_DATE"; readonly direction: "ASC" | "DESC" };
}

const largestPage = 100;

function refsConnection(repository: SandboxRepository, request: RefsRequest) {
  const { refPrefix, query, first, last, after, before } = request;
  const isForward = typeof first === "number";
  const size = first ?? last;
  if (typeof size !== "number") {
    const message = "You must provide a `first` or `last` value to properly paginate the `refs` connection.";
    throw refusal("MISSING_PAGINATION_BOUNDARIES", message);
  }
  if (size > largestPage) {
    const bound = isForward ? "first" : "last";
    const message = `Requesting ${size} records on the \`refs\` connection exceeds the \`${bound}\` limit of ${largestPage} records.`;
    throw refusal("EXCESSIVE_PAGINATION", message);
  }
  const all = [...repository.refs.values()]
    .filter(({ prefix, name }) => `${prefix}${name}`.startsWith(refPrefix))
    .filter(({ name }) => name.toLowerCase().includes((query ?? "").toLowerCase()))
    .sort(order(request));
  const from = after ? fromCursor(after) : 0;
  const to = before ? fromCursor(before) - 1 : all.length;
  const start = isForward ? from : Math.max(from, to - size);
  const end = Math.min(to, start + size);
  const edges = all.slice(start, end).map((ref, index) => ({
    cursor: toCursor(start + index + 1),
    node: refNode(ref, repository),
  }));
  return {
    totalCount: all.length,
    nodes: edges.map(({ node }) => node),
    edges,
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Sorted by name, or, for tags only, by the date of the commit. */
function order({ orderBy, direction, refPrefix }: RefsRequest): (one: Ref, other: Ref) => number {
  const sign = (orderBy?.direction ?? direction) === "DESC" ? -1 : 1;
  const byName = (one: Ref, other: Ref) => (one.name < other.name ? -1 : 1);
  const byDate = (one: Ref, other: Ref) =>
    one.commit.committedDate.getTime() - other.commit.committedDate.getTime() || byName(one, other);
  const compare = orderBy?.field === "TAG_COMMIT_DATE" && refPrefix.startsWith("refs/tags") ? byDate : byName;
  return (one, other) => sign * compare(one, other);
}

function refNode(ref: Ref, repository: SandboxRepository): object {
  return {
    __typename: "Ref",
    id: globalId("Ref", `${repository.path}:${ref.prefix}${ref.name}`),
    name: ref.name,
    prefix: ref.prefix,
    repository: () => repositoryNode(repository),
    target: () => targetNode(ref, repository),
  };
}

/** An annotated tag's target is a Tag, whose target is the commit. */
function targetNode({ name, commit, annotation }: Ref, repository: SandboxRepository) {
  if (!annotation) return commitNode(commit, repository);
  return {
    ...gitObject("Tag", annotation.oid, repository),
    name,
    message: annotation.message,
    tagger: () => ({ name: "Ada", email: "ada@acme.example", date: dateTime(commit.committedDate) }),
    target: () => commitNode(commit, repository),
  };
}

function commitNode({ oid, committedDate, message }: Commit, repository: SandboxRepository) {
  const [headline = "", ...rest] = message.split("\n");
  return {
    ...gitObject("Commit", oid, repository),
    committedDate: dateTime(committedDate),
    authoredDate: dateTime(committedDate),
    message,
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    url: `https://github.com/${repository.path}/commit/${oid}`,
  };
}

function gitObject(type: "Commit" | "Tag", oid: string, repository: SandboxRepository) {
  return {
    __typename: type,
    id: globalId(type, `${repository.path}:${oid}`),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    commitUrl: `https://github.com/${repository.path}/commit/${oid}`,
    commitResourcePath: `/${repository.path}/commit/${oid}`,
    repository: () => repositoryNode(repository),
  };
}

function refusal(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** GitHub's times have whole seconds. */
function dateTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

function globalId(type: string, key: string): string {
  return Buffer.from(`${type}:${key}`).toString("base64url");
}

function toCursor(position: number): string {
  return Buffer.from(String(position)).toString("base64").replace(/=+$/, "");
}

function fromCursor(cursor: string): number {
  const position = Number(Buffer.from(cursor, "base64").toString());
  if (Number.isInteger(position)) return position;
  throw refusal("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
}
