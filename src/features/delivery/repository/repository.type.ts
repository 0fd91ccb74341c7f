import { ArgsType, Field, ID, Int, ObjectType } from "type-graphql";
import type { RateLimit, Ref } from "../../../upstreams/source-host.js";
import { RefKind } from "../../../upstreams/source-host.js";
import { Cursor, PageArgs, PageInfo, publishEnum } from "../../foundation/graphql.js";

publishEnum(RefKind, "RefKind", "The kind of a ref in a Git repository.", {
  TAG: "A tag of the repository.",
  BRANCH: "A branch of the repository.",
});

@ObjectType("Ref", { description: "A tag or branch of a repository, as it is now." })
class RefType implements Ref {
  @Field(() => RefKind, { description: "Whether the ref is a tag or a branch." })
  readonly kind!: RefKind;
  @Field(() => String, { description: "The name of the tag or branch, without `refs/`." })
  readonly name!: string;
  @Field(() => String, { description: "The commit that the ref points at, 40 hex digits." })
  readonly commit!: string;
  @Field(() => Date, { description: "When the commit was made." })
  readonly committedAt!: Date;
  @Field(() => String, { description: "The first line of the commit's message." })
  readonly subject!: string;
}

@ObjectType("RefEdge", { description: "A ref of a repository with its cursor." })
export class RefEdgeType {
  @Field(() => Cursor, { description: "The ref's cursor. Pass it as `after` to read what follows." })
  readonly cursor!: string;
  @Field(() => RefType, { description: "The ref at this position." })
  readonly node!: Ref;
}

@ObjectType("SourceHostRateLimit", { description: "The rate limit of the source host for the platform." })
class RateLimitType implements RateLimit {
  @Field(() => Int, { description: "The number of points per hour." })
  readonly limit!: number;
  @Field(() => Int, { description: "The number of points that are left." })
  readonly remaining!: number;
  @Field(() => Date, { description: "When the full number of points is available again." })
  readonly resetAt!: Date;
}

@ObjectType("RefConnection", { description: "A page of a repository's tags or branches; tags come newest first." })
export class RefConnectionType {
  @Field(() => [RefEdgeType], { description: "The refs of the page, each with its cursor." })
  readonly edges!: RefEdgeType[];
  @Field(() => [RefType], { description: "The refs of the page, without their cursors." })
  readonly nodes!: readonly Ref[];
  @Field(() => PageInfo, { description: "The position of this page in the list." })
  readonly pageInfo!: PageInfo;
  @Field(() => Int, { description: "The number of nodes in the whole list." })
  readonly totalCount!: number;
  @Field(() => RateLimitType, { description: "The rate limit of the source host for the platform." })
  readonly rateLimit!: RateLimit;
}

@ArgsType()
export class RepositoryRefsArgs extends PageArgs {
  @Field(() => ID, { description: "The id of the app whose repository is read." })
  readonly app!: string;
  @Field(() => RefKind, { defaultValue: "TAG", description: "Whether to return tags or branches." })
  readonly kind!: RefKind;
  @Field(() => String, { nullable: true, description: "Returns only refs whose name contains this text." })
  readonly search?: string | null;
}
