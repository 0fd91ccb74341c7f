import { Args, Ctx, Query, Resolver } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import { NoCache } from "../../foundation/graphql.js";
import type { RepositoryReader } from "./repository.reader.js";
import { RefConnectionType, RepositoryRefsArgs } from "./repository.type.js";

@Resolver()
export class RepositoryResolver {
  constructor(private readonly reader: RepositoryReader) {}

  @NoCache
  @Query(() => RefConnectionType, {
    nullable: true,
    description:
      "The tags or branches of an app's repository, read from its host. Null with a coded error when the host does not answer.",
  })
  async repositoryRefs(
    @Ctx() { actor }: Context,
    @Args(() => RepositoryRefsArgs) { app, ...query }: RepositoryRefsArgs,
  ): Promise<RefConnectionType> {
    const { refs, cursors, hasNextPage, totalCount, rateLimit } = await this.reader.refs(actor, {
      appId: app,
      ...query,
    });
    return {
      edges: refs.map((node, index) => ({ node, cursor: cursors[index]! })),
      nodes: refs,
      pageInfo: {
        hasNextPage,
        hasPreviousPage: false,
        startCursor: cursors[0] ?? null,
        endCursor: cursors.at(-1) ?? null,
      },
      totalCount,
      rateLimit,
    };
  }
}
