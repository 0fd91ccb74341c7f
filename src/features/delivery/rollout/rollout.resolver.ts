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
  constructor(private readonly service: RolloutService) {}

  @Query(() => RolloutType, { nullable: true, description: "One rollout; null when there is none that you may see." })
  rollout(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "Its id." }) id: string,
  ): Promise<Rollout | null> {
    return this.service.rollout(actor, id);
  }

  @Query(() => RolloutConnection, { description: "The rollouts that you may see, newest first." })
  rollouts(
    @Ctx() { actor }: Context,
    @Args(() => RolloutsArgs) { filter, ...page }: RolloutsArgs,
  ): Promise<ConnectionSource<Rollout>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.service.rollouts(actor, filter ?? {}, { after, limit }),
      count: () => this.service.countRollouts(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => AppType, { description: "Whose rollout it is." })
  app(@Root() { appId }: Rollout, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => ReleaseType, { description: "What is put live." })
  release(@Root() { releaseId }: Rollout, @Ctx() { loaders }: Context): Promise<Release | null> {
    return loaders.byId(Release).load(releaseId);
  }

  @FieldResolver(() => MemberType, {
    nullable: true,
    description: "Who asked for it; null when the platform did it by itself.",
  })
  requestedBy(@Root() { requestedBy }: Rollout, @Ctx() { loaders }: Context): Promise<Member | null> | null {
    return requestedBy ? loaders.byId(Member).load(requestedBy) : null;
  }

  @Mutation(() => RolloutPayload, {
    description:
      "Puts an old release live again: image, spec and objects as they were, and with the privileges that a reviewer let through then. From then on no release is put live by itself (see `app.automaticReleases`). Needs `release:rollBack`.",
  })
  async rollBack(
    @Ctx() { actor }: Context,
    @Arg("input", () => RollBackInput, { description: "Where to." }) input: RollBackInput,
  ): Promise<RolloutPayload> {
    const { entity: rollout, cursor } = await this.service.rollBack(actor, input);
    return { rollout, cursor };
  }

  @Mutation(() => AppPayload, {
    description:
      "Ends the wait that a roll-back began: what builds make from now on is put live by itself, and so is a spec that was approved meanwhile. Releases that were made meanwhile stay as they are; put one live with `rollBack`. Needs `release:rollBack`.",
  })
  async resumeReleases(
    @Ctx() { actor }: Context,
    @Arg("input", () => ResumeReleasesInput, { description: "Whose releases." }) input: ResumeReleasesInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.resumeReleases(actor, input);
    return { app, cursor };
  }

  @Subscription(() => RolloutProgressedType, {
    description:
      "A rollout as it is now, then at every change, until it is over. A slow reader may miss states in between, never the last one. After a cut, go on with the last event's cursor: what you have seen is not told again, and a rollout whose end you have seen just ends the stream. To follow the app's next rollout, subscribe without a cursor.",
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
  constructor(private readonly service: RolloutService) {}

  @FieldResolver(() => RolloutConnection, { description: "Its rollouts, newest first." })
  rollouts(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Rollout>> {
    return connectOfApp(
      loaders,
      { name: "rollouts", appId, page },
      {
        read: (ids, slice) => this.service.rolloutsOf(actor, ids, slice),
        count: (ids) => this.service.countRolloutsOf(actor, ids),
      },
    );
  }

  @FieldResolver(() => RolloutType, { nullable: true, description: "Its newest rollout." })
  lastRollout(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<Rollout | null> {
    return loaders.of(newestRollout).load(id);
  }

  @FieldResolver(() => AutomaticReleasesType, { description: "Whether what a build makes is put live by itself." })
  async automaticReleases(
    @Root() { heldByRolloutId: id }: App,
    @Ctx() { loaders }: Context,
  ): Promise<AutomaticReleasesType> {
    return { areSuspended: !!id, suspendedBy: id ? await loaders.byId(Rollout).load(id) : null };
  }
}
