import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, Cursor, EditInput, MutationPayload, PageArgs, publishEnum } from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import type { StateEvent } from "../../foundation/state-streams.js";
import type { TemplateRolloutFilter } from "./template-rollout.reader.js";
import {
  TemplateRolloutAppPhase,
  TemplateRolloutPhase,
  type TemplateRollout,
  type TemplateRolloutApp,
  type TemplateRolloutCounts,
} from "./template-rollout.entity.js";

publishEnum(TemplateRolloutPhase, "PublicationPhase", "The phase of a publication in stages.", {
  RUNNING: "Apps of the current stage are released, or the next stage begins.",
  STOPPED:
    "More apps failed than are tolerated. Nothing further is released until the publication is resumed or cancelled.",
  SUCCEEDED: "The version is effective for everyone.",
  CANCELLING: "The former version is effective again; the released apps are being rolled back.",
  CANCELLED: "The former version is effective again, and the released apps were rolled back.",
});
publishEnum(TemplateRolloutAppPhase, "PublicationAppPhase", "The phase of a publication in one app.", {
  WAITING: "The app is not released yet.",
  RELEASING: "A release with the version is made and deployed.",
  SUCCEEDED: "A release with the version is live.",
  UNCHANGED: "The version does not change the app: it has its own template or pin, or the result is the same.",
  FAILED: "The app cannot be rendered, or its rollout failed.",
  SKIPPED: "It is left alone; `condition` says why.",
  ROLLING_BACK: "The former release is being deployed again.",
  ROLLED_BACK: "The former release is live again.",
});

@ObjectType("PublicationStage", { description: "One stage of a publication, with its namespaces." })
export class TemplateRolloutStageType {
  @Field(() => Int, { description: "The number of the stage, counted from 1." })
  readonly number!: number;
  @Field(() => Boolean, { description: "Whether this is the last stage, which covers everyone." })
  readonly isEverywhere!: boolean;
  readonly namespaceIds!: readonly string[];
}

@ObjectType("PublicationCounts", {
  description: "The number of live apps in the stages that have begun, in total and in each phase.",
})
export class TemplateRolloutCountsType {
  @Field(() => Int, { description: "The number of live apps in those stages." })
  readonly total!: number;
  @Field(() => Int, { description: "The number of apps that are not released yet." })
  readonly waiting!: number;
  @Field(() => Int, { description: "The number of apps that are being released." })
  readonly releasing!: number;
  @Field(() => Int, { description: "The number of apps that run the version." })
  readonly succeeded!: number;
  @Field(() => Int, { description: "The number of apps that the version does not change." })
  readonly unchanged!: number;
  @Field(() => Int, { description: "The number of apps whose release failed." })
  readonly failed!: number;
  @Field(() => Int, { description: "The number of apps that were skipped." })
  readonly skipped!: number;
  @Field(() => Int, { description: "The number of apps that are being rolled back." })
  readonly rollingBack!: number;
  @Field(() => Int, { description: "The number of apps that were rolled back." })
  readonly rolledBack!: number;
}

@ObjectType("Publication", {
  implements: NodeType,
  description:
    "The publication of a platform-wide template's version in stages: in the namespaces of each stage, then everywhere. Live apps that it changes get a new release, and the next stage begins when all of these have succeeded.",
})
export class TemplateRolloutType
  extends NodeType
  implements
    Pick<
      TemplateRollout,
      "id" | "phase" | "stage" | "condition" | "toleratedFailures" | "atOnce" | "createdAt" | "finishedAt" | "version"
    >
{
  @Field(() => TemplateRolloutPhase, { description: "The phase of the rollout, from pending to its end." })
  readonly phase!: TemplateRolloutPhase;
  @Field(() => Int, { description: "The number of the current stage: 1 for the first, 0 before it." })
  readonly stage!: number;
  @Field(() => ConditionType, { nullable: true, description: "Why it stopped: which apps failed, and how." })
  readonly condition!: Condition | null;
  @Field(() => Int, { description: "The number of apps that may fail before the publication stops." })
  readonly toleratedFailures!: number;
  @Field(() => Int, { description: "The number of apps that are released at the same time." })
  readonly atOnce!: number;
  @Field(() => Date, { description: "When the publication began." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the rollout ended, in whatever phase." })
  readonly finishedAt!: Date | null;
  @Field(() => Int, { description: "A number that grows with every change. Pass it as `expectedVersion`." })
  readonly version!: number;
}
export const TemplateRolloutConnection = connectionOf(
  "Publication",
  () => TemplateRolloutType,
  "publications, newest first",
);

@ObjectType("PublicationApp", { description: "The progress of a publication in one app." })
export class TemplateRolloutAppType implements Pick<TemplateRolloutApp, "stage" | "phase" | "condition"> {
  @Field(() => Int, { description: "The number of the stage that the app belongs to." })
  readonly stage!: number;
  @Field(() => TemplateRolloutAppPhase, { description: "The phase of the publication in this app." })
  readonly phase!: TemplateRolloutAppPhase;
  @Field(() => ConditionType, { nullable: true, description: "Why it failed or was left alone." })
  readonly condition!: Condition | null;
}
export const TemplateRolloutAppConnection = connectionOf(
  "PublicationApp",
  () => TemplateRolloutAppType,
  "the apps of a publication's stages that have begun",
);

@ObjectType("PublicationChanged", { description: "An event that carries a publication after a change." })
export class TemplateRolloutChangedType {
  @Field(() => TemplateRolloutType, { description: "The publication after the change." })
  readonly publication!: StateEvent<TemplateRollout>["state"];
  @Field(() => Cursor, { description: "The event's cursor. Pass it as `after` to receive only newer states." })
  readonly cursor!: string;
}

@InputType("PublicationFilterInput", { description: "Conditions that the returned publications must meet." })
export class TemplateRolloutFilterInput implements TemplateRolloutFilter {
  @Field(() => ID, { nullable: true, description: "Returns only publications of this template." })
  readonly templateId?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Returns only publications that have not ended when true." })
  readonly open?: boolean | null;
}

@ArgsType()
export class TemplateRolloutsArgs extends PageArgs {
  @Field(() => TemplateRolloutFilterInput, {
    nullable: true,
    description: "Conditions that the publications must meet.",
  })
  readonly filter?: TemplateRolloutFilterInput | null;
}

@ArgsType()
export class TemplateRolloutAppsArgs extends PageArgs {
  @Field(() => ID, { description: "The id of the publication." })
  readonly publication!: string;
  @Field(() => [TemplateRolloutAppPhase], { nullable: true, description: "Returns only apps in one of these phases." })
  readonly phases?: TemplateRolloutAppPhase[] | null;
}

@ArgsType()
export class TemplateRolloutChangedArgs {
  @Field(() => ID, { description: "The id of the publication." })
  readonly publication!: string;
  @Field(() => Cursor, { nullable: true, description: "Returns only states newer than this cursor." })
  readonly after?: string | null;
}

@InputType("PublicationStageInput", { description: "One stage: the namespaces that get the version at the same time." })
export class TemplateRolloutStageInputType {
  @Field(() => [ID], { description: "The ids of the namespaces, 1 to 100." })
  readonly namespaceIds!: string[];
}

@InputType({ description: "The template whose draft is published, and its stages." })
export class PublishTemplateInStagesInput extends EditInput {
  @Field(() => [TemplateRolloutStageInputType], {
    description: "The stages in order, 1 to 20. A last stage for everyone follows them.",
  })
  readonly stages!: TemplateRolloutStageInputType[];
  @Field(() => Int, {
    nullable: true,
    description: "The number of apps that may fail before the publication stops; defaults to 0.",
  })
  readonly toleratedFailures?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: "The number of apps that are released at the same time, 1 to 50; defaults to 5.",
  })
  readonly atOnce?: number | null;
}

@InputType("PublicationInput", { description: "The publication to change, and its expected version." })
export class TemplateRolloutInput extends EditInput {}

@ObjectType("PublicationPayload", { description: "The publication after the change." })
export class TemplateRolloutPayload extends MutationPayload {
  @Field(() => TemplateRolloutType, { description: "The publication after the change." })
  readonly publication!: TemplateRollout;
}

/** The counts as they are published. */
export const countsOf = (counts: TemplateRolloutCounts): TemplateRolloutCountsType => ({
  total: Object.values(counts).reduce((sum, each) => sum + each, 0),
  waiting: counts.WAITING,
  releasing: counts.RELEASING,
  succeeded: counts.SUCCEEDED,
  unchanged: counts.UNCHANGED,
  failed: counts.FAILED,
  skipped: counts.SKIPPED,
  rollingBack: counts.ROLLING_BACK,
  rolledBack: counts.ROLLED_BACK,
});
