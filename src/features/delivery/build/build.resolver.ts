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
import type { BuildReader } from "./build.reader.js";
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
  constructor(
    private readonly service: BuildService,
    private readonly reader: BuildReader,
  ) {}

  @Query(() => BuildType, {
    nullable: true,
    description: "The build with this id; null when it does not exist or you may not read it.",
  })
  build(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "The id of the build." }) id: string,
  ): Promise<Build | null> {
    return this.reader.build(actor, id);
  }

  @Query(() => BuildConnection, { description: "The builds that you may read, newest first." })
  builds(
    @Ctx() { actor }: Context,
    @Args(() => BuildsArgs) { filter, ...page }: BuildsArgs,
  ): Promise<ConnectionSource<Build>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.builds(actor, filter ?? {}, { after, limit }),
      count: () => this.reader.countBuilds(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => AppType, { description: "The app that is built." })
  app(@Root() { appId }: Build, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => MemberType, { description: "The member who started the build." })
  requestedBy(@Root() { requestedBy }: Build, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(requestedBy);
  }

  @FieldResolver(() => MemberType, { nullable: true, description: "The member who asked to abort the build." })
  abortRequestedBy(@Root() { abortRequestedBy }: Build, @Ctx() { loaders }: Context): Promise<Member | null> | null {
    return abortRequestedBy ? loaders.byId(Member).load(abortRequestedBy) : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "The page of the build on the build server (Jenkins), for people.",
  })
  url(@Root() { runUrl }: Build): string | null {
    return runUrl ?? null;
  }

  @FieldResolver(() => SafeInt, { description: "The size of the build log so far, in bytes." })
  logBytes(@Root() { logBytes }: Build): number {
    return logBytes;
  }

  @Mutation(() => BuildPayload, {
    description: "Starts a build of a tag or branch. When it succeeds, its image is deployed. Needs `build:start`.",
  })
  async startBuild(
    @Ctx() { actor }: Context,
    @Arg("input", () => StartBuildInputType, { description: "The app and the tag or branch to build." })
    input: StartBuildInputType,
  ): Promise<BuildPayload> {
    const { entity: build, cursor } = await this.service.start(actor, input);
    return { build, cursor };
  }

  @Mutation(() => BuildPayload, {
    description:
      "Asks the build server to stop a build. The build ends as ABORTED, unless it ended before. Needs `build:abort`.",
  })
  async abortBuild(
    @Ctx() { actor }: Context,
    @Arg("input", () => AbortBuildInput, { description: "The build to abort." }) input: AbortBuildInput,
  ): Promise<BuildPayload> {
    const { entity: build, cursor } = await this.service.abort(actor, input);
    return { build, cursor };
  }

  @Subscription(() => BuildLogPieceType, {
    description:
      "Streams the log of a build: first what exists, then what is added, each byte once, until the log is complete. A log that was removed (`build.logTrimmedAt`) is one GAP. To resume, pass the last piece's cursor.",
    subscribe: stream(({ streams, actor }, { build, after }: BuildLogArgs) =>
      streams.of(BuildLog).follow(actor, build, logOffset(after)),
    ),
  })
  buildLog(@Root() piece: BuildLogPiece, @Args(() => BuildLogArgs) _args: BuildLogArgs): BuildLogPieceType {
    return piece;
  }

  @Subscription(() => BuildChangedType, {
    description:
      "Streams a build, now and after every change, until it has ended. A slow client may miss intermediate states, but never the last one. To resume, pass the last event's cursor: states that you have received are not sent again, and after the last state the stream ends at once.",
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
  constructor(private readonly reader: BuildReader) {}

  @FieldResolver(() => BuildConnection, { description: "The builds of the app, newest first." })
  builds(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Build>> {
    return connectOfApp(loaders, { name: "builds", appId, page }, () => this.reader.buildsOf(actor));
  }

  @FieldResolver(() => BuildType, {
    nullable: true,
    description: "The newest build of the app; null before the first.",
  })
  lastBuild(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<Build | null> {
    return loaders.of(newestBuild).load(id);
  }
}
