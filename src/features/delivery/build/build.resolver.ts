import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import { InvalidInput } from "../../../kernel/errors.js";
import { decodeCursor } from "../../../kernel/page.js";
import { MemberType } from "../../identity/member/member.type.js";
import { Member } from "../../identity/member/member.entity.js";
import { App } from "../app/app.entity.js";
import { AppType } from "../app/app.type.js";
import { stream, type Context } from "../../foundation/context.js";
import { connect, PageArgs, SafeInt, type ConnectionSource } from "../../foundation/graphql.js";
import type { StateEvent } from "../../foundation/state-streams.js";
import { connectOfApp } from "../../foundation/app-list.js";
import type { BuildLogPiece } from "./build-log-piece.js";
import type { Build } from "./build.entity.js";
import type { BuildService } from "./build.service.js";
import {
  AbortBuildInput,
  BuildChangedArgs,
  BuildChangedType,
  BuildConnection,
  BuildLogArgs,
  BuildLogPieceType,
  BuildPayload,
  BuildsArgs,
  BuildType,
  StartBuildInputType,
} from "./build.type.js";
import { newestBuild } from "./newest-build.js";
import { BuildLog } from "./build-log.js";
import { BuildStreams } from "./build-streams.js";

/** A log's cursor is a byte offset in decimal. */
function logOffset(cursor: string | null | undefined): number {
  if (cursor === null || cursor === undefined) return 0;
  if (!/^\d{1,15}$/.test(cursor))
    throw new InvalidInput([{ path: "after", message: "A build log's cursor is a byte offset in decimal." }]);
  return Number(cursor);
}

@Resolver(() => BuildType)
export class BuildResolver {
  constructor(private readonly service: BuildService) {}

  @Query(() => BuildType, { nullable: true, description: "One build; null when there is none that you may see." })
  build(@Ctx() { actor }: Context, @Arg("id", () => ID, { description: "Its id." }) id: string): Promise<Build | null> {
    return this.service.build(actor, id);
  }

  @Query(() => BuildConnection, { description: "The builds that you may see, newest first." })
  builds(
    @Ctx() { actor }: Context,
    @Args(() => BuildsArgs) { filter, ...page }: BuildsArgs,
  ): Promise<ConnectionSource<Build>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.service.builds(actor, filter ?? {}, { after, limit }),
      count: () => this.service.countBuilds(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => AppType, { description: "What is built." })
  app(@Root() { appId }: Build, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => MemberType, { description: "Who asked for it." })
  requestedBy(@Root() { requestedBy }: Build, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(requestedBy);
  }

  @FieldResolver(() => MemberType, { nullable: true, description: "Who asked for it to be stopped." })
  abortRequestedBy(@Root() { abortRequestedBy }: Build, @Ctx() { loaders }: Context): Promise<Member | null> | null {
    return abortRequestedBy ? loaders.byId(Member).load(abortRequestedBy) : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Where a person can look at the run on the build server (Jenkins).",
  })
  url(@Root() { runUrl }: Build): string | null {
    return runUrl ?? null;
  }

  @FieldResolver(() => SafeInt, { description: "Bytes of its console so far." })
  logBytes(@Root() { logBytes }: Build): number {
    return logBytes;
  }

  @Mutation(() => BuildPayload, {
    description:
      "Starts a build of a tag or branch; its success puts the image live. Safe to repeat with an idempotency key. Needs `build:start`.",
  })
  async startBuild(
    @Ctx() { actor }: Context,
    @Arg("input", () => StartBuildInputType, { description: "What to build." }) input: StartBuildInputType,
  ): Promise<BuildPayload> {
    const { entity: build, cursor } = await this.service.start(actor, input);
    return { build, cursor };
  }

  @Mutation(() => BuildPayload, {
    description: "Asks for a build to be stopped. It ends as ABORTED, unless it was faster. Needs `build:abort`.",
  })
  async abortBuild(
    @Ctx() { actor }: Context,
    @Arg("input", () => AbortBuildInput, { description: "Which build." }) input: AbortBuildInput,
  ): Promise<BuildPayload> {
    const { entity: build, cursor } = await this.service.abort(actor, input);
    return { build, cursor };
  }

  @Subscription(() => BuildLogPieceType, {
    description:
      "The console of a build: everything that is there, then everything that comes, each byte once; ends with the build's log. Of a log that was removed (`build.logTrimmedAt`) there is one GAP. After a cut, go on with the last piece's cursor.",
    subscribe: stream(({ streams, actor }, { build, after }: BuildLogArgs) =>
      streams.of(BuildLog).follow(actor, build, logOffset(after)),
    ),
  })
  buildLog(@Root() piece: BuildLogPiece, @Args(() => BuildLogArgs) _args: BuildLogArgs): BuildLogPieceType {
    return piece;
  }

  @Subscription(() => BuildChangedType, {
    description:
      "A build as it is now, then at every change, until it is over. A slow reader may miss states in between, never the last one. After a cut, go on with the last event's cursor: what you have seen is not told again, and a build whose end you have seen just ends the stream.",
    subscribe: stream(({ streams, actor }, { build, after }: BuildChangedArgs) =>
      streams.of(BuildStreams).changes(actor, build, after),
    ),
  })
  buildChanged(
    @Root() { state, cursor }: StateEvent<Build>,
    @Args(() => BuildChangedArgs) _args: BuildChangedArgs,
  ): BuildChangedType {
    return { build: state, cursor };
  }
}

@Resolver(() => AppType)
export class AppBuildsResolver {
  constructor(private readonly service: BuildService) {}

  @FieldResolver(() => BuildConnection, { description: "Its builds, newest first." })
  builds(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Build>> {
    return connectOfApp(
      loaders,
      { name: "builds", appId, page },
      {
        read: (ids, slice) => this.service.buildsOf(actor, ids, slice),
        count: (ids) => this.service.countBuildsOf(actor, ids),
      },
    );
  }

  @FieldResolver(() => BuildType, { nullable: true, description: "Its newest build." })
  lastBuild(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<Build | null> {
    return loaders.of(newestBuild).load(id);
  }
}
