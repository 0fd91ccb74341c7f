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
import type { ReleaseComparison, ReleaseReader } from "./release.reader.js";
import {
  ReleaseComparisonType,
  ReleaseConnection,
  ReleasesArgs,
  ReleaseType,
  TemplateMarkType,
} from "./release.type.js";

@Resolver(() => ReleaseType)
export class ReleaseResolver {
  constructor(private readonly reader: ReleaseReader) {}

  @Query(() => ReleaseType, {
    nullable: true,
    description: "The release with this id; null when it does not exist or you may not read it.",
  })
  release(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "The id of the release." }) id: string,
  ): Promise<Release | null> {
    return this.reader.release(actor, id);
  }

  @Query(() => ReleaseConnection, { description: "The releases that you may read, newest first." })
  releases(
    @Ctx() { actor }: Context,
    @Args(() => ReleasesArgs) { filter, ...page }: ReleasesArgs,
  ): Promise<ConnectionSource<Release>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.releases(actor, filter ?? {}, { after, limit }),
      count: () => this.reader.countReleases(actor, filter ?? {}),
    });
  }

  @Query(() => ReleaseComparisonType, {
    description: "Compares two releases of an app: image, spec, template versions and objects.",
  })
  compareReleases(
    @Ctx() { actor }: Context,
    @Arg("from", () => ID, { description: "The id of the release to compare." }) from: string,
    @Arg("to", () => ID, { description: "The id of the release to compare with." }) to: string,
  ): Promise<ReleaseComparison> {
    return this.reader.compare(actor, from, to);
  }

  @FieldResolver(() => AppType, { description: "The app that the release belongs to." })
  app(@Root() { appId }: Release, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => BuildType, {
    nullable: true,
    description: "The build that made the image; null for an imported image that the platform did not build.",
  })
  build(@Root() { buildId }: Release, @Ctx() { loaders }: Context): Promise<Build | null> | null {
    return buildId ? loaders.byId(Build).load(buildId) : null;
  }

  @FieldResolver(() => AppRevisionType, { description: "The revision whose spec the release has." })
  revision(@Root() { revisionId }: Release, @Ctx() { loaders }: Context): Promise<AppRevision | null> {
    return loaders.byId(AppRevision).load(revisionId);
  }

  @FieldResolver(() => [TemplateMarkType], { description: "The template versions that made the release's objects." })
  templateVersions(@Root() { templateVersions }: Release): TemplateMarkType[] {
    return Object.entries(templateVersions).map(([name, version]) => ({ name, version }));
  }

  @FieldResolver(() => [ManifestType], {
    description:
      "The Kubernetes objects that deploying the release applies. Not available in subscriptions, which refuse the field.",
  })
  objects(@Root() { manifests }: Release): ShownManifest[] {
    return manifests.map(showManifest);
  }
}

@Resolver(() => AppType)
export class AppReleasesResolver {
  constructor(private readonly reader: ReleaseReader) {}

  @FieldResolver(() => ReleaseConnection, { description: "The releases of the app, newest first." })
  releases(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<Release>> {
    return connectOfApp(loaders, { name: "releases", appId, page }, () => this.reader.releasesOf(actor));
  }
}
