import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import { showManifest, type ShownManifest } from "../app/shown-manifest.js";
import { App, AppRevision } from "../app/app.entity.js";
import { AppRevisionType, AppType, ManifestType } from "../app/app.type.js";
import { Build } from "../build/build.entity.js";
import { BuildType } from "../build/build.type.js";
import type { Context } from "../../foundation/context.js";
import { connect, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { connectOfApp } from "../../foundation/app-list.js";
import type { Release } from "./release.entity.js";
import type { ReleaseComparison, ReleaseService } from "./release.service.js";
import {
  ReleaseComparisonType,
  ReleaseConnection,
  ReleasesArgs,
  ReleaseType,
  TemplateMarkType,
} from "./release.type.js";

@Resolver(() => ReleaseType)
export class ReleaseResolver {
  constructor(private readonly service: ReleaseService) {}

  @Query(() => ReleaseType, { nullable: true, description: "One release; null when there is none that you may see." })
  release(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "Its id." }) id: string,
  ): Promise<Release | null> {
    return this.service.release(actor, id);
  }

  @Query(() => ReleaseConnection, { description: "The releases that you may see, newest first." })
  releases(
    @Ctx() { actor }: Context,
    @Args(() => ReleasesArgs) { filter, ...page }: ReleasesArgs,
  ): Promise<ConnectionSource<Release>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.service.releases(actor, filter ?? {}, { after, limit }),
      count: () => this.service.countReleases(actor, filter ?? {}),
    });
  }

  @Query(() => ReleaseComparisonType, {
    description: "What differs between two releases of an app: image, spec, templates and objects as they were.",
  })
  compareReleases(
    @Ctx() { actor }: Context,
    @Arg("from", () => ID, { description: "The release that is compared." }) from: string,
    @Arg("to", () => ID, { description: "The release that it is compared with." }) to: string,
  ): Promise<ReleaseComparison> {
    return this.service.compare(actor, from, to);
  }

  @FieldResolver(() => AppType, { description: "What it is a release of." })
  app(@Root() { appId }: Release, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => BuildType, {
    nullable: true,
    description: "The build that made its image; null when the app was imported and runs what somebody else built.",
  })
  build(@Root() { buildId }: Release, @Ctx() { loaders }: Context): Promise<Build | null> | null {
    return buildId ? loaders.byId(Build).load(buildId) : null;
  }

  @FieldResolver(() => AppRevisionType, { description: "The spec that it runs with." })
  revision(@Root() { revisionId }: Release, @Ctx() { loaders }: Context): Promise<AppRevision | null> {
    return loaders.byId(AppRevision).load(revisionId);
  }

  @FieldResolver(() => [TemplateMarkType], { description: "The templates that made its objects." })
  templateVersions(@Root() { templateVersions }: Release): TemplateMarkType[] {
    return Object.entries(templateVersions).map(([name, version]) => ({ name, version }));
  }

  @FieldResolver(() => [ManifestType], {
    description:
      "The Kubernetes objects that putting it live applies. They are not part of events: a subscription that asks for them is refused.",
  })
  objects(@Root() { manifests }: Release): ShownManifest[] {
    return manifests.map(showManifest);
  }
}

@Resolver(() => AppType)
export class AppReleasesResolver {
  constructor(private readonly service: ReleaseService) {}

  @FieldResolver(() => ReleaseConnection, { description: "Its releases, newest first." })
  releases(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Release>> {
    return connectOfApp(
      loaders,
      { name: "releases", appId, page },
      {
        read: (ids, slice) => this.service.releasesOf(actor, ids, slice),
        count: (ids) => this.service.countReleasesOf(actor, ids),
      },
    );
  }
}
