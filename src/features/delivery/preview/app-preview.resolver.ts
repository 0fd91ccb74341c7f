import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { App, AppRevision } from "../app/app.entity.js";
import { AppManifestsType, AppType } from "../app/app.type.js";
import type { Context } from "../../foundation/context.js";
import type { Loaders } from "../../foundation/loaders.js";
import { Namespace } from "../namespace/namespace.entity.js";
import type { ObjectChange } from "../object-change/object-changes.js";
import { ObjectChangeType } from "../object-change/object-changes.type.js";
import { Release } from "../release/release.entity.js";
import { currentRollout } from "../rollout/newest-rollout.js";
import type { PreviewInputs, AppPreview } from "./app-preview.js";

@Resolver(() => AppType)
export class AppPreviewResolver {
  constructor(private readonly preview: AppPreview) {}

  @FieldResolver(() => AppManifestsType, {
    description:
      "The upstream objects that approving the current spec would create. Rendered on every request; not available in subscriptions, which refuse the field.",
  })
  async manifests(@Root() app: App, @Ctx() { loaders }: Context): Promise<AppManifestsType> {
    return this.preview.of(await this.inputs(app, loaders));
  }

  @FieldResolver(() => [ObjectChangeType], {
    description:
      "How the objects of the next release will differ from those of the last one, apart from the image: the effect of specs, templates and variables that changed since. Rendered on every request; not available in subscriptions, which refuse the field.",
  })
  async pendingChanges(@Root() app: App, @Ctx() { loaders }: Context): Promise<ObjectChange[]> {
    return this.preview.pending(await this.inputs(app, loaders));
  }

  private async inputs(app: App, loaders: Loaders): Promise<PreviewInputs> {
    const [renderer, namespace, revision, rollout] = await Promise.all([
      loaders.batch("renderer", app.id, async (ids) => {
        const apps = await Promise.all(ids.map((id) => loaders.byId(App).load(id)));
        return this.preview.renderers(apps.flatMap((each) => each ?? []));
      }),
      loaders.byId(Namespace).load(app.namespaceId),
      loaders.byId(AppRevision).load(app.revisionId),
      loaders.of(currentRollout).load(app.id),
    ]);
    const release = rollout && (await loaders.byId(Release).load(rollout.releaseId));
    return { renderer, app, namespace: namespace!, revision: revision!, release };
  }
}
