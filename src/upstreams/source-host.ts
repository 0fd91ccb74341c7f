import type { UpstreamHealth } from "./cluster.js";

export interface Repository {
  /** `owner/name`. */
  readonly path: string;
}

/** The kinds of Git references that can be built. */
export const RefKind = { TAG: "TAG", BRANCH: "BRANCH" } as const;
export type RefKind = keyof typeof RefKind;

/** A tag or branch of a repository. */
export interface Ref {
  readonly kind: RefKind;
  readonly name: string;
  /** The commit that the ref points at, 40 hex digits; annotated tags are followed. */
  readonly commit: string;
  /** When the commit was made. */
  readonly committedAt: Date;
  /** The first line of the commit's message. */
  readonly subject: string;
}

export interface RefsRequest {
  readonly kind: RefKind;
  /** Only refs whose name contains this text, case-insensitively. */
  readonly search?: string;
  readonly first: number;
  /** A cursor of the previous page. */
  readonly after?: string;
}

export interface RefPage {
  readonly refs: readonly Ref[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
  readonly totalCount: number;
  readonly rateLimit: RateLimit;
}

/** The rate limit of the source host. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
}

/**
 * The host of source code. Throws UpstreamRejected (404 when the repository is absent or hidden), UpstreamUnavailable
 * (with retryAfterMs when rate limited), and respects the signal.
 */
export interface SourceHost {
  /** One page of tags or branches, newest commit first. */
  refs(repository: Repository, request: RefsRequest, signal: AbortSignal): Promise<RefPage>;
  /** The present ref, or undefined when there is none. */
  ref(
    repository: Repository,
    ref: { readonly kind: RefKind; readonly name: string },
    signal: AbortSignal,
  ): Promise<Ref | undefined>;
  /** The URL that the build server clones from. */
  cloneUrl(repository: Repository): string;
  health(): UpstreamHealth;
}
