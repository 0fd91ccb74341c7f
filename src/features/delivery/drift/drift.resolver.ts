import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root, Subscription } from "type-graphql";
import { InvalidInput } from "../../../kernel/errors.js";
import { App } from "../app/app.entity.js";
import { AppPayload, AppType } from "../app/app.type.js";
import { stream, type Context } from "../../foundation/context.js";
import { Release } from "../release/release.entity.js";
import { ReleaseType } from "../release/release.type.js";
import { RolloutPayload } from "../rollout/rollout.type.js";
import type { DriftService } from "./drift.service.js";
import { type DriftChanged, DriftStreams } from "./drift-streams.js";
import { AdoptDriftInput, AppDriftType, DriftChangedArgs, DriftChangedType, RepairDriftInput } from "./drift.type.js";
import type { AppDrift, DriftDetector } from "./drift-detector.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { currentRollout } from "../rollout/newest-rollout.js";

@Resolver(() => AppDriftType)
export class DriftResolver {
  constructor(private readonly service: DriftService) {}

  @FieldResolver(() => AppType, { description: "The app that the drift belongs to." })
  app(@Root() { appId }: AppDrift, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => ReleaseType, {
    nullable: true,
    description: "The last release, with which the cluster is compared.",
  })
  release(@Root() { releaseId }: AppDrift, @Ctx() { loaders }: Context): Promise<Release | null> | null {
    return releaseId === null ? null : loaders.byId(Release).load(releaseId);
  }

  @Mutation(() => RolloutPayload, {
    description:
      "Restores the app's objects as its last release defines them, by a new rollout. Changed and removed fields are restored, missing objects are created, and fields that others added to the release's objects are removed. Labels and annotations of others stay, and so do objects that are not part of the release. Needs `drift:repair`.",
  })
  async repairDrift(
    @Ctx() { actor }: Context,
    @Arg("input", () => RepairDriftInput, { description: "The app whose objects are restored." })
    input: RepairDriftInput,
  ): Promise<RolloutPayload> {
    const { entity: rollout, cursor } = await this.service.repair(actor, input);
    return { rollout, cursor };
  }

  @Mutation(() => AppPayload, {
    description:
      "Copies drift from the cluster into the app's spec. The spec is saved as a new revision, which is submitted and approved like any other; the drift is shown until that revision is released. Replicas, command, arguments, environment, resources, ports, probes and the public host can be adopted; an image cannot, because only a build makes one. If a requested field cannot be part of a spec, the error is ILLEGAL_STATE, its `fields` say which and why, and nothing is saved. Needs `app:update`.",
  })
  async adoptDrift(
    @Ctx() { actor }: Context,
    @Arg("input", () => AdoptDriftInput, { description: "The app and the fields to adopt." }) input: AdoptDriftInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.adopt(actor, input);
    return { app, cursor };
  }

  @Subscription(() => DriftChangedType, {
    description:
      "Streams the drift of an app or of all apps of a namespace, now and after every change; for an app, until it is retired. An app with a rollout in progress has no drift. A slow client may miss intermediate states, but never the last one. To resume, pass the last event's cursor; an unchanged state is not sent again. Needs `namespace:read`.",
    subscribe: stream(({ streams, actor }, { app, namespace, after }: DriftChangedArgs) => {
      if (!app === !namespace)
        throw new InvalidInput([{ path: app ? "namespace" : "app", message: "Give either the app or the namespace." }]);
      return streams.of(DriftStreams).changes(actor, { app: app ?? null, namespace: namespace ?? null }, after);
    }),
  })
  driftChanged(@Root() event: DriftChanged, @Args(() => DriftChangedArgs) _args: DriftChangedArgs): DriftChangedType {
    return event;
  }
}

@Resolver(() => AppType)
export class AppDriftResolver {
  constructor(private readonly drifts: DriftDetector) {}

  @FieldResolver(() => AppDriftType, {
    description: "How the app's objects in the cluster differ from its last release, and who changed them.",
  })
  async drift(@Root() app: App, @Ctx() { loaders }: Context): Promise<AppDrift> {
    const [namespace, rollout] = await Promise.all([
      loaders.byId(Namespace).load(app.namespaceId),
      loaders.of(currentRollout).load(app.id),
    ]);
    const release = rollout && (await loaders.byId(Release).load(rollout.releaseId));
    return this.drifts.of({ app, namespace: namespace!, rollout, release });
  }
}
