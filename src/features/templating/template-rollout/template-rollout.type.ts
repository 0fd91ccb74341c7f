import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, Cursor, EditInput, MutationPayload, PageArgs, publishEnum } from "../../foundation/graphql.js";
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

publishEnum(TemplateRolloutPhase, "PublicationPhase", "How far a publication in stages is.", {
  RUNNING: "Apps of the present stage are released, or the next one begins.",
  STOPPED: "More apps failed than may: nothing further is touched until somebody resumes or cancels it.",
  SUCCEEDED: "The version is in force for everyone.",
  CANCELLING: "The former version is in force again; apps go back to what was live before.",
  CANCELLED: "The former version is in force again, and apps that were released for it went back.",
});
publishEnum(TemplateRolloutAppPhase, "PublicationAppPhase", "How far a publication is with one app.", {
  WAITING: "Its turn is still to come.",
  RELEASING: "A release of what is live is made with the version and put live.",
  SUCCEEDED: "A release with the version is live.",
  UNCHANGED: "The version changes nothing of it: it has another template or a pin of its own, or the same comes out.",
  FAILED: "It cannot be rendered, or its rollout failed.",
  SKIPPED: "It is left alone; `problem` says why.",
  ROLLING_BACK: "What was live before is put live again.",
  ROLLED_BACK: "What was live before is live again.",
});

@ObjectType("PublicationStage", { description: "One stage of a publication." })
export class TemplateRolloutStageType {
  @Field(() => Int, { description: "1 for the first." })
  readonly number!: number;
  @Field(() => Boolean, { description: "Whether it is the last one, which is for everyone." })
  readonly isEverywhere!: boolean;
  readonly namespaceIds!: readonly string[];
}

@ObjectType("PublicationCounts", {
  description: "How many apps are live in the stages that have begun, and how many of them are in each phase.",
})
export class TemplateRolloutCountsType {
  @Field(() => Int, { description: "All of them." })
  readonly total!: number;
  @Field(() => Int, { description: "Those whose turn is still to come." })
  readonly waiting!: number;
  @Field(() => Int, { description: "Those on their way." })
  readonly releasing!: number;
  @Field(() => Int, { description: "Those that have the version live." })
  readonly succeeded!: number;
  @Field(() => Int, { description: "Those that it does not change." })
  readonly unchanged!: number;
  @Field(() => Int, { description: "Those that failed." })
  readonly failed!: number;
  @Field(() => Int, { description: "Those that were left alone." })
  readonly skipped!: number;
  @Field(() => Int, { description: "Those that are on their way back." })
  readonly rollingBack!: number;
  @Field(() => Int, { description: "Those that went back." })
  readonly rolledBack!: number;
}

@ObjectType("Publication", {
  implements: NodeType,
  description:
    "A version of a template for everyone that is put in force by and by: in the namespaces of each stage, then for everyone. Live apps that it changes get a new release of what is live, and the next stage begins when all of them are through.",
})
export class TemplateRolloutType
  extends NodeType
  implements
    Pick<
      TemplateRollout,
      "id" | "phase" | "stage" | "reason" | "toleratedFailures" | "atOnce" | "createdAt" | "finishedAt" | "version"
    >
{
  @Field(() => TemplateRolloutPhase, { description: "How far it is." })
  readonly phase!: TemplateRolloutPhase;
  @Field(() => Int, { description: "The stage that is on: 1 for the first, 0 before it." })
  readonly stage!: number;
  @Field(() => String, { nullable: true, description: "Why it stopped: which apps failed, and how." })
  readonly reason!: string | null;
  @Field(() => Int, { description: "How many apps may fail without its stopping." })
  readonly toleratedFailures!: number;
  @Field(() => Int, { description: "How many apps are released at once." })
  readonly atOnce!: number;
  @Field(() => Date, { description: "When it began." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When it was over." })
  readonly finishedAt!: Date | null;
  @Field(() => Int, { description: "Grows with every change; give it as `expectedVersion`." })
  readonly version!: number;
}
export const TemplateRolloutConnection = connectionOf(
  "Publication",
  () => TemplateRolloutType,
  "publications, newest first",
);

@ObjectType("PublicationApp", { description: "How far a publication is with one app." })
export class TemplateRolloutAppType implements Pick<TemplateRolloutApp, "stage" | "phase" | "problem"> {
  @Field(() => Int, { description: "The stage that it belongs to." })
  readonly stage!: number;
  @Field(() => TemplateRolloutAppPhase, { description: "How far it is." })
  readonly phase!: TemplateRolloutAppPhase;
  @Field(() => String, { nullable: true, description: "Why it failed or was left alone." })
  readonly problem!: string | null;
}
export const TemplateRolloutAppConnection = connectionOf(
  "PublicationApp",
  () => TemplateRolloutAppType,
  "the apps of a publication's stages that have begun",
);

@ObjectType("PublicationChanged", { description: "A publication as it was after a change." })
export class TemplateRolloutChangedType {
  @Field(() => TemplateRolloutType, { description: "The publication." })
  readonly publication!: StateEvent<TemplateRollout>["state"];
  @Field(() => Cursor, { description: "Give it as `after` to go on behind this event." })
  readonly cursor!: string;
}

@InputType("PublicationFilterInput", { description: "Which publications." })
export class TemplateRolloutFilterInput implements TemplateRolloutFilter {
  @Field(() => ID, { nullable: true, description: "Only of this template." })
  readonly templateId?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Only those that are not over." })
  readonly open?: boolean | null;
}

@ArgsType()
export class TemplateRolloutsArgs extends PageArgs {
  @Field(() => TemplateRolloutFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: TemplateRolloutFilterInput | null;
}

@ArgsType()
export class TemplateRolloutAppsArgs extends PageArgs {
  @Field(() => ID, { description: "The publication." })
  readonly publication!: string;
  @Field(() => [TemplateRolloutAppPhase], { nullable: true, description: "Only in one of these phases." })
  readonly phases?: TemplateRolloutAppPhase[] | null;
}

@ArgsType()
export class TemplateRolloutChangedArgs {
  @Field(() => ID, { description: "The publication." })
  readonly publication!: string;
  @Field(() => Cursor, { nullable: true, description: "Only what is newer than this event." })
  readonly after?: string | null;
}

@InputType("PublicationStageInput", { description: "One stage: namespaces that have the version at the same time." })
export class TemplateRolloutStageInputType {
  @Field(() => [ID], { description: "The namespaces, 1 to 100." })
  readonly namespaceIds!: string[];
}

@InputType({ description: "Which template's draft, and how it is published." })
export class PublishTemplateInStagesInput extends EditInput {
  @Field(() => [TemplateRolloutStageInputType], {
    description: "The stages, 1 to 20, in their order. Behind them comes everyone.",
  })
  readonly stages!: TemplateRolloutStageInputType[];
  @Field(() => Int, { nullable: true, description: "How many apps may fail without its stopping; 0 when not given." })
  readonly toleratedFailures?: number | null;
  @Field(() => Int, { nullable: true, description: "How many apps are released at once, 1 to 50; 5 when not given." })
  readonly atOnce?: number | null;
}

@InputType("PublicationInput", { description: "Which publication." })
export class TemplateRolloutInput extends EditInput {}

@ObjectType("PublicationPayload", { description: "The publication as it is now." })
export class TemplateRolloutPayload extends MutationPayload {
  @Field(() => TemplateRolloutType, { description: "The publication." })
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
