import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { type App, AppRevision } from "../app/app.entity.js";
import { AppRevisionType, AppType } from "../app/app.type.js";
import type { Context } from "../../foundation/context.js";
import { Release } from "../release/release.entity.js";
import { ReleaseType } from "../release/release.type.js";
import type { AppPast, AppHistoryReader } from "./app-history.reader.js";
import { AppAtArgs, AppPastType } from "./app-history.type.js";

@Resolver(() => AppPastType)
export class AppPastResolver {
  @FieldResolver(() => AppRevisionType, {
    nullable: true,
    description: "The revision that was approved last at that time; null when none was.",
  })
  approvedRevision(
    @Root() { approvedRevisionId: id }: AppPast,
    @Ctx() { loaders }: Context,
  ): Promise<AppRevision | null> | null {
    return id === null ? null : loaders.byId(AppRevision).load(id);
  }

  @FieldResolver(() => ReleaseType, {
    nullable: true,
    description:
      "The release of that rollout, with its image, the objects that were applied, and the template versions that made them.",
  })
  release(@Root() { rollout }: AppPast, @Ctx() { loaders }: Context): Promise<Release | null> | null {
    return rollout && loaders.byId(Release).load(rollout.releaseId);
  }
}

@Resolver(() => AppType)
export class AppHistoryResolver {
  constructor(private readonly past: AppHistoryReader) {}

  @FieldResolver(() => AppPastType, {
    nullable: true,
    description: "The app as it was at a given time; null before it was created. Former display names are not kept.",
  })
  async at(
    @Root() { id, removedAt }: App,
    @Ctx() { loaders }: Context,
    @Args(() => AppAtArgs) { time }: AppAtArgs,
  ): Promise<AppPast | null> {
    const past = await loaders.batch(`as of ${time.toISOString()}`, id, (ids) => this.past.of(ids, time));
    if (!past.revision) return null;
    return removedAt && removedAt <= time ? { ...past, rollout: null } : past;
  }
}
