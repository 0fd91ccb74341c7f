import { z } from "zod";
import type { Ref, RefKind } from "../source-host.js";

/** The prefix of the refs of a kind. */
export const refPrefix: Readonly<Record<RefKind, string>> = { TAG: "refs/tags/", BRANCH: "refs/heads/" };

const commit = z.object({
  __typename: z.literal("Commit"),
  oid: z.string(),
  committedDate: z.string(),
  messageHeadline: z.string(),
});
/** A ref's target: a commit, an annotated tag (Git allows a tag of a tag), or neither. */
const target = z.object({ __typename: z.string() }).loose();
const tag = z.object({ __typename: z.literal("Tag"), target: z.object({ __typename: z.string() }).loose() });
const node = z.object({ name: z.string(), target: target.nullable() });
const rateLimit = z.object({ limit: z.number(), remaining: z.number(), resetAt: z.string() });

export const refsResponse = z.object({
  rateLimit,
  repository: z.object({
    refs: z.object({
      totalCount: z.number(),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      edges: z.array(z.object({ cursor: z.string(), node })),
    }),
  }),
});
export const refResponse = z.object({ rateLimit, repository: z.object({ ref: node.nullable() }) });

const fields = `name target { ...Target ... on Tag { target { ...Target ... on Tag { target { ...Target } } } } }`;
const fragments = `fragment Target on GitObject { __typename ... on Commit { oid committedDate messageHeadline } }`;
const asked = `rateLimit { limit remaining resetAt }`;

/**
 * One page of refs. Renamed and transferred repositories are not followed, because the new owner did not allow the
 * requested name. GitHub documents the order by commit date for tags; branches have had it for years too.
 */
export const refsQuery = `query Refs($owner: String!, $name: String!, $prefix: String!, $search: String, $first: Int!, $after: String) {
  ${asked}
  repository(owner: $owner, name: $name, followRenames: false) {
    refs(refPrefix: $prefix, query: $search, first: $first, after: $after, orderBy: { field: TAG_COMMIT_DATE, direction: DESC }) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${fields} } }
    }
  }
} ${fragments}`;

export const refQuery = `query Ref($owner: String!, $name: String!, $ref: String!) {
  ${asked}
  repository(owner: $owner, name: $name, followRenames: false) { ref(qualifiedName: $ref) { ${fields} } }
} ${fragments}`;

/** The ref; undefined when it leads to no commit (Git lets a tag point at anything). */
export function toRef(kind: RefKind, { name, target }: z.infer<typeof node>): Ref | undefined {
  let object: unknown = target;
  for (let depth = 0; depth < 3; depth++) {
    const found = commit.safeParse(object);
    if (found.success) {
      const { oid, committedDate, messageHeadline } = found.data;
      return { kind, name, commit: oid, committedAt: new Date(committedDate), subject: messageHeadline };
    }
    object = tag.safeParse(object).data?.target;
  }
  return undefined;
}

/** Newest commit first, then by name for commits of the same second. */
export const newestFirst = (one: Ref, other: Ref): number =>
  other.committedAt.getTime() - one.committedAt.getTime() || (one.name < other.name ? -1 : 1);
