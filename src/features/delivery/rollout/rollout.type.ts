import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import {
  connectionOf,
  Cursor,
  MutationPayload,
  PageArgs,
  publishEnum,
  RepeatableInput,
} from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import { RolloutCause, RolloutPhase, type PodProgress, type Rollout, type RolloutProgress } from "./rollout.entity.js";

publishEnum(RolloutPhase, "RolloutPhase", "The phase of a rollout, from pending to its end.", {
  PENDING: "The release's objects are not in the cluster yet.",
  PROGRESSING: "The cluster replaces old pods by new ones.",
  SUCCEEDED: "Every replica runs the release and is available.",
  FAILED: "The rollout cannot succeed; `condition` says why.",
  SUPERSEDED: "A newer rollout took its place.",
});
publishEnum(RolloutCause, "RolloutCause", "What began a rollout.", {
  BUILD: "A build made the release.",
  APPROVAL: "A changed spec was approved.",
  PLAN: "A member applied a plan.",
  IMPORT: "A running Deployment was imported as an app.",
  PUBLICATION: "A publication of a template in stages released or rolled back the app.",
  ROLL_BACK: "A member rolled back to the release.",
  AUTOMATIC_ROLL_BACK: "The previous rollout failed, and the namespace rolls back automatically.",
  DRIFT_REPAIR: "Others had changed the live release's objects, and a member repaired the drift.",
});
@ObjectType("RolloutPod", { description: "A pod in the progress of a rollout." })
class PodProgressType implements PodProgress {
  @Field(() => String, { description: "The pod's name in its namespace." })
  readonly name!: string;
  @Field(() => Boolean, { description: "Whether the pod receives requests." })
  readonly ready!: boolean;
  @Field(() => Boolean, { description: "Whether the pod runs the release of this rollout." })
  readonly isNew!: boolean;
  @Field(() => Boolean, { description: "Whether the pod is terminating: it was deleted, but is not gone yet." })
  readonly leaving!: boolean;
  @Field(() => String, {
    description: "The pod's state as Kubernetes names it: `Running`, `ContainerCreating`, `ImagePullBackOff`.",
  })
  readonly status!: string;
  @Field(() => Int, { description: "The number of restarts of the pod's containers." })
  readonly restarts!: number;
}

@ObjectType("RolloutProgress", {
  description: "The replicas of a rollout: how many are desired, updated, ready and available.",
})
class RolloutProgressType implements RolloutProgress {
  @Field(() => Int, { description: "The desired number of replicas." })
  readonly wanted!: number;
  @Field(() => Int, { description: "The number of existing replicas of the new release." })
  readonly updated!: number;
  @Field(() => Int, { description: "The number of replicas of the new release that receive requests." })
  readonly ready!: number;
  @Field(() => Int, { description: "The number of available replicas, those of old releases included." })
  readonly available!: number;
  @Field(() => Int, { description: "The number of replicas of old releases that still exist." })
  readonly old!: number;
  @Field(() => [PodProgressType], { description: "All pods of the app, new and old." })
  readonly pods!: readonly PodProgress[];
}

@ObjectType("Rollout", { implements: NodeType, description: "One attempt to deploy a release." })
export class RolloutType
  extends NodeType
  implements
    Pick<
      Rollout,
      "id" | "number" | "cause" | "phase" | "progress" | "condition" | "startedAt" | "finishedAt" | "version"
    >
{
  @Field(() => Int, { description: "1 for the first of the app, then counting up." })
  readonly number!: number;
  @Field(() => RolloutCause, { description: "What began the rollout: a build, a roll-back, or another cause." })
  readonly cause!: RolloutCause;
  @Field(() => RolloutPhase, { description: "The phase of the rollout, from pending to its end." })
  readonly phase!: RolloutPhase;
  @Field(() => RolloutProgressType, { description: "The progress of the rollout, counted in replicas." })
  readonly progress!: RolloutProgress;
  @Field(() => ConditionType, {
    nullable: true,
    description: "Why it waits, is stuck or has failed, within seconds; null when nothing is wrong.",
  })
  readonly condition!: Condition | null;
  @Field(() => Date, { description: "When the rollout began." })
  readonly startedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the rollout ended, in whatever phase." })
  readonly finishedAt!: Date | null;
  @Field(() => Int, { description: "A number that grows with every change of state." })
  readonly version!: number;
}
export const RolloutConnection = connectionOf("Rollout", () => RolloutType, "rollouts, newest first");

@InputType({ description: "Conditions that the returned rollouts must meet." })
export class RolloutFilterInput {
  @Field(() => ID, { nullable: true, description: "Returns only rollouts of this app." })
  readonly appId?: string | null;
  @Field(() => ID, { nullable: true, description: "Returns only rollouts of this namespace." })
  readonly namespaceId?: string | null;
  @Field(() => [RolloutPhase], { nullable: true, description: "Returns only rollouts in one of these phases." })
  readonly phases?: RolloutPhase[] | null;
}

@ArgsType()
export class RolloutsArgs extends PageArgs {
  @Field(() => RolloutFilterInput, { nullable: true, description: "Conditions that the rollouts must meet." })
  readonly filter?: RolloutFilterInput | null;
}

@ObjectType("RolloutProgressed", { description: "An event that carries a rollout after a change." })
export class RolloutProgressedType {
  @Field(() => RolloutType, { description: "The rollout after the change." })
  readonly rollout!: Rollout;
  @Field(() => Cursor, {
    description:
      "The cursor of this state of this rollout. Pass it as `after` to receive only newer states of the same rollout.",
  })
  readonly cursor!: string;
}

@ArgsType()
export class RolloutProgressArgs {
  @Field(() => ID, { nullable: true, description: "The id of the rollout; omit it when `app` is given." })
  readonly rollout?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "The id of an app, to follow its newest rollout; with `after`, the cursor's rollout is followed even if there is a newer one.",
  })
  readonly app?: string | null;
  @Field(() => Cursor, {
    nullable: true,
    description: "Returns only states newer than this cursor; begins with the current state when omitted.",
  })
  readonly after?: string | null;
}

@InputType({ description: "The app, and the release to go back to." })
export class RollBackInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the release to deploy again." })
  readonly toReleaseId!: string;
}

@ObjectType("AutomaticReleases", {
  description:
    "Whether the releases of new builds are deployed automatically. A roll-back suspends this until a member approves the app, starts a build, deploys a newer release, or calls `resumeReleases`. Meanwhile builds make releases that are only deployed by `rollBack`. This includes builds that began before the roll-back, unless `resumeReleases` was called.",
})
export class AutomaticReleasesType {
  @Field(() => Boolean, { description: "Whether automatic deployment is suspended." })
  readonly areSuspended!: boolean;
  @Field(() => RolloutType, {
    nullable: true,
    description:
      "The roll-back that suspended automatic deployment: its `startedAt`, `requestedBy` and `cause` say when, by whom and why. Null while it is not suspended.",
  })
  readonly suspendedBy!: Rollout | null;
}

@InputType({ description: "The app whose automatic deployment is resumed." })
export class ResumeReleasesInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the app." })
  readonly appId!: string;
}

@ObjectType("RolloutPayload", { description: "The rollout after the change. Follow it with `rolloutProgress`." })
export class RolloutPayload extends MutationPayload {
  @Field(() => RolloutType, { description: "The rollout after the change." })
  readonly rollout!: Rollout;
}
