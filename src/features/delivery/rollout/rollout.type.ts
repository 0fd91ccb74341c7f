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

publishEnum(RolloutPhase, "RolloutPhase", "How far a rollout is.", {
  PENDING: "Its objects are not in the cluster yet.",
  PROGRESSING: "The cluster replaces old pods by new ones.",
  SUCCEEDED: "Every replica runs the release and is available.",
  FAILED: "It cannot succeed; `condition` says why.",
  SUPERSEDED: "A newer rollout took its place.",
});
publishEnum(RolloutCause, "RolloutCause", "Why a release was put live.", {
  BUILD: "A build made it.",
  APPROVAL: "A changed spec was approved.",
  PLAN: "A plan was applied.",
  IMPORT: "An app that ran already was taken under the platform's care.",
  PUBLICATION: "A template is published in stages, or no longer.",
  ROLL_BACK: "Somebody went back to it.",
  AUTOMATIC_ROLL_BACK: "The rollout before failed, and the namespace goes back by itself.",
  DRIFT_REPAIR: "It was live, and others had changed its objects: they are put back.",
});
@ObjectType("RolloutPod", { description: "A pod as a rollout shows it." })
class PodProgressType implements PodProgress {
  @Field(() => String, { description: "Its name." })
  readonly name!: string;
  @Field(() => Boolean, { description: "Whether it can take requests." })
  readonly ready!: boolean;
  @Field(() => Boolean, { description: "Whether it runs the release of this rollout." })
  readonly isNew!: boolean;
  @Field(() => Boolean, { description: "Whether it was asked to go away." })
  readonly leaving!: boolean;
  @Field(() => String, {
    description: "What it is at, in Kubernetes' word: `Running`, `ContainerCreating`, `ImagePullBackOff`.",
  })
  readonly status!: string;
  @Field(() => Int, { description: "How often its containers were started again." })
  readonly restarts!: number;
}

@ObjectType("RolloutProgress", { description: "How far a rollout is." })
class RolloutProgressType implements RolloutProgress {
  @Field(() => Int, { description: "Replicas that shall run." })
  readonly wanted!: number;
  @Field(() => Int, { description: "Replicas of the new release that exist." })
  readonly updated!: number;
  @Field(() => Int, { description: "Replicas of the new release that can take requests." })
  readonly ready!: number;
  @Field(() => Int, { description: "Replicas that Kubernetes counts as available, old ones included." })
  readonly available!: number;
  @Field(() => Int, { description: "Replicas of earlier releases that are still there." })
  readonly old!: number;
  @Field(() => [PodProgressType], { description: "Every pod." })
  readonly pods!: readonly PodProgress[];
}

@ObjectType("Rollout", { implements: NodeType, description: "One attempt to put a release live." })
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
  @Field(() => RolloutCause, { description: "Why it was begun." })
  readonly cause!: RolloutCause;
  @Field(() => RolloutPhase, { description: "How far it is." })
  readonly phase!: RolloutPhase;
  @Field(() => RolloutProgressType, { description: "How far it is, replica by replica." })
  readonly progress!: RolloutProgress;
  @Field(() => ConditionType, {
    nullable: true,
    description: "Why it waits, is stuck or has failed, within seconds; null when nothing is wrong.",
  })
  readonly condition!: Condition | null;
  @Field(() => Date, { description: "When it was begun." })
  readonly startedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When it was over." })
  readonly finishedAt!: Date | null;
  @Field(() => Int, { description: "Grows with every change of its state." })
  readonly version!: number;
}
export const RolloutConnection = connectionOf("Rollout", () => RolloutType, "rollouts, newest first");

@InputType({ description: "Which rollouts." })
export class RolloutFilterInput {
  @Field(() => ID, { nullable: true, description: "Only of this app." })
  readonly appId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only of this namespace." })
  readonly namespaceId?: string | null;
  @Field(() => [RolloutPhase], { nullable: true, description: "Only in one of these phases." })
  readonly phases?: RolloutPhase[] | null;
}

@ArgsType()
export class RolloutsArgs extends PageArgs {
  @Field(() => RolloutFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: RolloutFilterInput | null;
}

@ObjectType("RolloutProgressed", { description: "A rollout as it was after a change." })
export class RolloutProgressedType {
  @Field(() => RolloutType, { description: "The rollout." })
  readonly rollout!: Rollout;
  @Field(() => Cursor, {
    description: "Give it as `after` to be told of newer states of this rollout only. It names the rollout.",
  })
  readonly cursor!: string;
}

@ArgsType()
export class RolloutProgressArgs {
  @Field(() => ID, { nullable: true, description: "The rollout." })
  readonly rollout?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: "Or the app: its newest rollout, or the one that `after` is about, even if there is a newer one.",
  })
  readonly app?: string | null;
  @Field(() => Cursor, {
    nullable: true,
    description: "Only what is newer than this event; begins with the rollout as it is now when it is not given.",
  })
  readonly after?: string | null;
}

@InputType({ description: "Where to go back to." })
export class RollBackInput extends RepeatableInput {
  @Field(() => ID, { description: "The release that is put live again, whole." })
  readonly toReleaseId!: string;
}

@ObjectType("AutomaticReleases", {
  description:
    "Whether what a build makes is put live by itself. Going back suspends it, until a person changes the app: approves it, starts a build, puts a newer release live, or calls `resumeReleases`. Meanwhile builds make releases that wait for `rollBack` to put them live. Builds that were begun before the roll-back wait too, unless `resumeReleases` was called.",
})
export class AutomaticReleasesType {
  @Field(() => Boolean, { description: "Whether releases wait for a person." })
  readonly areSuspended!: boolean;
  @Field(() => RolloutType, {
    nullable: true,
    description:
      "The roll-back since which they do: its `startedAt`, `requestedBy` and `cause` say when, who and why; null when they do not.",
  })
  readonly suspendedBy!: Rollout | null;
}

@InputType({ description: "Whose releases." })
export class ResumeReleasesInput extends RepeatableInput {
  @Field(() => ID, { description: "The app." })
  readonly appId!: string;
}

@ObjectType("RolloutPayload", { description: "The rollout as it is now. Follow it with `rolloutProgress`." })
export class RolloutPayload extends MutationPayload {
  @Field(() => RolloutType, { description: "The rollout." })
  readonly rollout!: Rollout;
}
