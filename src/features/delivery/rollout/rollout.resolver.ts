import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import { InvalidInput } from "../../../kernel/errors.js";
import { decodeCursor } from "../../../kernel/page.js";
import { MemberType } from "../../identity/member/member.type.js";
import { Member } from "../../identity/member/member.entity.js";
import { App } from "../app/app.entity.js";
import { AppPayload, AppType } from "../app/app.type.js";
import { stream, type Context } from "../../foundation/context.js";
import { connect, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { connectOfApp } from "../../foundation/app-list.js";
import { Release } from "../release/release.entity.js";
import { ReleaseType } from "../release/release.type.js";
import type { StateEvent } from "../../foundation/state-streams.js";
import { Rollout } from "./rollout.entity.js";
import type { RolloutReader } from "./rollout.reader.js";
import type { RolloutService } from "./rollout.service.js";
import {
  AutomaticReleasesType,
  ResumeReleasesInput,
  RollBackInput,
  RolloutConnection,
  RolloutPayload,
  RolloutProgressArgs,
  RolloutProgressedType,
  RolloutsArgs,
  RolloutType,
} from "./rollout.type.js";
import { newestRollout } from "./newest-rollout.js";
import { RolloutStreams } from "./rollout-streams.js";

@Resolver(() => RolloutType)
export class RolloutResolver {
  constructor(
    private readonly service: RolloutService,
    private readonly reader: RolloutReader,
  ) {}

  @Query(() => RolloutType, {
    nullable: true,
    description: "The rollout with this id; null when it does not exist or you may not read it.",
  })
  rollout(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "The id of the rollout." }) id: string,
  ): Promise<Rollout | null> {
    return this.reader.rollout(actor, id);
  }

  @Query(() => RolloutConnection, { description: "The rollouts that you may read, newest first." })
  rollouts(
    @Ctx() { actor }: Context,
    @Args(() => RolloutsArgs) { filter, ...page }: RolloutsArgs,
  ): Promise<ConnectionSource<Rollout>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.rollouts(actor, filter ?? {}, { after, limit }),
      count: () => this.reader.countRollouts(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => AppType, { description: "The app that the rollout belongs to." })
  app(@Root() { appId }: Rollout, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => ReleaseType, { description: "The release that the rollout deploys." })
  release(@Root() { releaseId }: Rollout, @Ctx() { loaders }: Context): Promise<Release | null> {
    return loaders.byId(Release).load(releaseId);
  }

  @FieldResolver(() => MemberType, {
    nullable: true,
    description: "The member who requested the rollout; null when the platform began it.",
  })
  requestedBy(@Root() { requestedBy }: Rollout, @Ctx() { loaders }: Context): Promise<Member | null> | null {
    return requestedBy ? loaders.byId(Member).load(requestedBy) : null;
  }

  @Mutation(() => RolloutPayload, {
    description:
      "Deploys an old release again: its image, spec and objects, with the privileges that a reviewer approved at that time. This suspends automatic deployment (see `app.automaticReleases`). Needs `release:rollBack`.",
  })
  async rollBack(
    @Ctx() { actor }: Context,
    @Arg("input", () => RollBackInput, { description: "The release to go back to." }) input: RollBackInput,
  ): Promise<RolloutPayload> {
    const { entity: rollout, cursor } = await this.service.rollBack(actor, input);
    return { rollout, cursor };
  }

  @Mutation(() => AppPayload, {
    description:
      "Resumes automatic deployment after a roll-back: later builds are deployed, and so is a spec that was approved meanwhile. Releases that were made meanwhile are not; deploy one of them with `rollBack`. Needs `release:rollBack`.",
  })
  async resumeReleases(
    @Ctx() { actor }: Context,
    @Arg("input", () => ResumeReleasesInput, { description: "The app whose automatic deployment is resumed." })
    input: ResumeReleasesInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.resumeReleases(actor, input);
    return { app, cursor };
  }

  @Subscription(() => RolloutProgressedType, {
    description:
      "Streams a rollout, now and after every change, until it has ended. A slow client may miss intermediate states, but never the last one. To resume, pass the last event's cursor: states that you have received are not sent again, and after the last state the stream ends at once. To follow the app's next rollout, subscribe without a cursor.",
    subscribe: stream(({ streams, actor }, { rollout, app, after }: RolloutProgressArgs) => {
      if (!rollout === !app)
        throw new InvalidInput([{ path: rollout ? "app" : "rollout", message: "Give either the rollout or the app." }]);
      return streams.of(RolloutStreams).progress(actor, { rolloutId: rollout ?? null, appId: app ?? null }, after);
    }),
  })
  rolloutProgress(
    @Root() { state, cursor }: StateEvent<Rollout>,
    @Args(() => RolloutProgressArgs) _args: RolloutProgressArgs,
  ): RolloutProgressedType {
    return { rollout: state, cursor };
  }
}

@Resolver(() => AppType)
export class AppRolloutsResolver {
  constructor(private readonly reader: RolloutReader) {}

  @FieldResolver(() => RolloutConnection, { description: "The rollouts of the app, newest first." })
  rollouts(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Rollout>> {
    return connectOfApp(loaders, { name: "rollouts", appId, page }, () => this.reader.rolloutsOf(actor));
  }

  @FieldResolver(() => RolloutType, {
    nullable: true,
    description: "The newest rollout of the app; null before the first.",
  })
  lastRollout(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<Rollout | null> {
    return loaders.of(newestRollout).load(id);
  }

  @FieldResolver(() => AutomaticReleasesType, {
    description: "Whether the releases of new builds are deployed automatically.",
  })
  async automaticReleases(
    @Root() { heldByRolloutId: id }: App,
    @Ctx() { loaders }: Context,
  ): Promise<AutomaticReleasesType> {
    return { areSuspended: !!id, suspendedBy: id ? await loaders.byId(Rollout).load(id) : null };
  }
}
