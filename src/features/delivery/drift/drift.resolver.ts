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

  @FieldResolver(() => AppType, { description: "Whose drift it is." })
  app(@Root() { appId }: AppDrift, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => ReleaseType, {
    nullable: true,
    description: "What the cluster is compared with: the last release.",
  })
  release(@Root() { releaseId }: AppDrift, @Ctx() { loaders }: Context): Promise<Release | null> | null {
    return releaseId === null ? null : loaders.byId(Release).load(releaseId);
  }

  @Mutation(() => RolloutPayload, {
    description:
      "Puts an app's objects back to what its last release says, as a rollout that can be followed: what was changed or removed is as it was, what is missing is made again, and what others have added to the release's objects is taken out. Labels and annotations that others put on an object stay, and so do objects that are none of the release's. Needs `drift:repair`.",
  })
  async repairDrift(
    @Ctx() { actor }: Context,
    @Arg("input", () => RepairDriftInput, { description: "Which app." }) input: RepairDriftInput,
  ): Promise<RolloutPayload> {
    const { entity: rollout, cursor } = await this.service.repair(actor, input);
    return { rollout, cursor };
  }

  @Mutation(() => AppPayload, {
    description:
      "Makes drift what the app wants: its spec says from now on what the cluster has. It is saved as a new revision, which is submitted and approved like every other; until it is released, the drift is still shown. Replicas, command, arguments, environment, resources, ports, probes and the public host can be adopted; an image cannot: a build makes it. If anything of what is asked for cannot be said in a spec, the answer is ILLEGAL_STATE, `fields` says what and why, and nothing is saved. Needs `app:update`.",
  })
  async adoptDrift(
    @Ctx() { actor }: Context,
    @Arg("input", () => AdoptDriftInput, { description: "What is adopted." }) input: AdoptDriftInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.adopt(actor, input);
    return { app, cursor };
  }

  @Subscription(() => DriftChangedType, {
    description:
      "The drift of an app, or of all apps of a namespace: what there is at once, then at every change; of an app, until it is retired. While a rollout is on its way, its app has none. A slow reader may miss states in between, never the last one. After a cut, go on with the last event's cursor: a state that you know is not told again. Needs `namespace:read`.",
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
    description: "Where its objects in the cluster differ from what its last release says, and who made it so.",
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
