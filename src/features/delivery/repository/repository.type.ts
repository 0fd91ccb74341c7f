import { ArgsType, Field, ID, Int, ObjectType } from "type-graphql";
import type { RateLimit, Ref } from "../../../upstreams/source-host.js";
import { RefKind } from "../../../upstreams/source-host.js";
import { Cursor, PageArgs, PageInfo, publishEnum } from "../../foundation/graphql.js";

publishEnum(RefKind, "RefKind", "What a name in a repository points with.", { TAG: "A tag.", BRANCH: "A branch." });

@ObjectType("Ref", { description: "A tag or branch of a repository, as it is now." })
class RefType implements Ref {
  @Field(() => RefKind, { description: "Tag or branch." })
  readonly kind!: RefKind;
  @Field(() => String, { description: "Its name, without `refs/`." })
  readonly name!: string;
  @Field(() => String, { description: "The commit that it points at, 40 hex digits." })
  readonly commit!: string;
  @Field(() => Date, { description: "When that commit was made." })
  readonly committedAt!: Date;
  @Field(() => String, { description: "The first line of the commit's message." })
  readonly subject!: string;
}

@ObjectType("RefEdge", { description: "One of a repository's refs, and its place in the list." })
export class RefEdgeType {
  @Field(() => Cursor, { description: "The ref's place: give it as `after` to go on from here." })
  readonly cursor!: string;
  @Field(() => RefType, { description: "The ref." })
  readonly node!: Ref;
}

@ObjectType("SourceHostRateLimit", { description: "What the source host still lets the platform ask." })
class RateLimitType implements RateLimit {
  @Field(() => Int, { description: "Points per hour." })
  readonly limit!: number;
  @Field(() => Int, { description: "Points left." })
  readonly remaining!: number;
  @Field(() => Date, { description: "When all points are back." })
  readonly resetAt!: Date;
}

@ObjectType("RefConnection", { description: "A page of a repository's tags or branches; tags come newest first." })
export class RefConnectionType {
  @Field(() => [RefEdgeType], { description: "The refs with their cursors." })
  readonly edges!: RefEdgeType[];
  @Field(() => [RefType], { description: "The refs without their cursors." })
  readonly nodes!: readonly Ref[];
  @Field(() => PageInfo, { description: "Where this page lies." })
  readonly pageInfo!: PageInfo;
  @Field(() => Int, { description: "How many there are in the whole list." })
  readonly totalCount!: number;
  @Field(() => RateLimitType, { description: "What the source host still lets the platform ask." })
  readonly rateLimit!: RateLimit;
}

@ArgsType()
export class RepositoryRefsArgs extends PageArgs {
  @Field(() => ID, { description: "The app whose repository is meant." })
  readonly app!: string;
  @Field(() => RefKind, { defaultValue: "TAG", description: "Tags or branches." })
  readonly kind!: RefKind;
  @Field(() => String, { nullable: true, description: "Only names that contain this." })
  readonly search?: string | null;
}
