import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import {
  connectionOf,
  Cursor,
  EditInput,
  MutationPayload,
  PageArgs,
  publishEnum,
  RepeatableInput,
  SafeInt,
} from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import { BuildLogPieceKind, type BuildLogPiece } from "./build-log-piece.js";
import { RefKind } from "../../../upstreams/source-host.js";
import { BuildPhase, type Build, type BuildParameter } from "./build.entity.js";
import { Text } from "../../foundation/text-bound.js";

publishEnum(BuildPhase, "BuildPhase", "The phase of a build, from queued to its end.", {
  QUEUED: "The build waits; `condition` says for what.",
  RUNNING: "The build server runs the build.",
  SUCCEEDED: "The image was made and pushed.",
  FAILED: "There is no image; `condition` says why.",
  ABORTED: "A member stopped the build.",
});
publishEnum(BuildLogPieceKind, "BuildLogPieceKind", "The kind of a piece of a build log.", {
  TEXT: "Text that the build printed.",
  GAP: "The text between the offsets was removed, because the platform keeps logs for a limited time.",
});

@ObjectType("BuildParameter", { description: "A build argument, passed to the image build as `--build-arg`." })
@InputType("BuildParameterInput", { description: "A build argument, passed to the image build as `--build-arg`." })
export class BuildParameterType implements BuildParameter {
  @Field(() => String, { description: "The argument's name: letters, digits and underscores." })
  readonly name!: string;
  // That it is one line is told together with everything else that is wrong.
  @Text({ most: 4_000, content: "LINES" })
  @Field(() => String, { description: "The argument's value: one line of text, taken literally." })
  readonly value!: string;
}

@ObjectType("Build", {
  implements: NodeType,
  description: "One run of the build server that makes an image of an app at a commit.",
})
export class BuildType
  extends NodeType
  implements
    Pick<
      Build,
      | "id"
      | "number"
      | "refKind"
      | "refName"
      | "commit"
      | "image"
      | "parameters"
      | "phase"
      | "condition"
      | "queuedAt"
      | "startedAt"
      | "finishedAt"
      | "logTrimmedAt"
      | "version"
    >
{
  @Field(() => Int, { description: "The build's number, counted from 1 within the app." })
  readonly number!: number;
  @Field(() => RefKind, { description: "Whether the build is of a tag or a branch." })
  readonly refKind!: RefKind;
  @Field(() => String, { description: "The name of the tag or branch." })
  readonly refName!: string;
  @Field(() => String, {
    nullable: true,
    description: "The commit that is built, 40 hex digits: the one that the ref pointed at when the build began.",
  })
  readonly commit!: string | null;
  @Field(() => String, { description: "The image that the build makes, with its tag." })
  readonly image!: string;
  @Field(() => [BuildParameterType], { description: "The build arguments of the image build." })
  readonly parameters!: BuildParameter[];
  @Field(() => BuildPhase, { description: "The phase of the build, from queued to its end." })
  readonly phase!: BuildPhase;
  @Field(() => ConditionType, {
    nullable: true,
    description: "Why the build waits or has failed; null when nothing is wrong.",
  })
  readonly condition!: Condition | null;
  @Field(() => Date, { description: "When the build was started by a member." })
  readonly queuedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the build server began to work on the build." })
  readonly startedAt!: Date | null;
  @Field(() => Date, { nullable: true, description: "When the build ended, in whatever phase." })
  readonly finishedAt!: Date | null;
  @Field(() => Date, {
    nullable: true,
    description: "When the log was removed, because the platform keeps logs for a limited time.",
  })
  readonly logTrimmedAt!: Date | null;
  @Field(() => Int, { description: "A number that grows with every change of state. Pass it as `expectedVersion`." })
  readonly version!: number;
}
export const BuildConnection = connectionOf("Build", () => BuildType, "builds, newest first");

@ObjectType("BuildLogPiece", {
  description: "A piece of a build's log: UTF-8 with LF line ends, colour codes included.",
})
export class BuildLogPieceType implements Omit<BuildLogPiece, "buildId"> {
  @Field(() => BuildLogPieceKind, { description: "Whether the piece has text or stands for removed text." })
  readonly kind!: BuildLogPieceKind;
  @Field(() => SafeInt, { description: "The byte offset in the log at which this piece begins." })
  readonly offset!: number;
  @Field(() => String, { description: "The text of the piece. Never cut inside a character; empty in a GAP." })
  readonly text!: string;
  @Field(() => SafeInt, { description: "The byte offset in the log at which this piece ends." })
  readonly endOffset!: number;
  @Field(() => Cursor, {
    description: "The piece's cursor: `endOffset` in decimal. Pass it as `after` to continue with the next piece.",
  })
  readonly cursor!: string;
}

@ObjectType("BuildChanged", { description: "An event that carries a build after a change." })
export class BuildChangedType {
  @Field(() => BuildType, { description: "The build after the change." })
  readonly build!: Build;
  @Field(() => Cursor, { description: "The cursor of this state. Pass it as `after` to receive only newer states." })
  readonly cursor!: string;
}

@ArgsType()
export class BuildLogArgs {
  @Field(() => ID, { description: "The id of the build." })
  readonly build!: string;
  @Field(() => Cursor, {
    nullable: true,
    description: "Returns only what follows this byte offset of the log, in decimal; the whole log when omitted.",
  })
  readonly after?: string | null;
}

@ArgsType()
export class BuildChangedArgs {
  @Field(() => ID, { description: "The id of the build." })
  readonly build!: string;
  @Field(() => Cursor, {
    nullable: true,
    description: "Returns only states newer than this cursor; begins with the current state when omitted.",
  })
  readonly after?: string | null;
}

@InputType({ description: "Conditions that the returned builds must meet." })
export class BuildFilterInput {
  @Field(() => ID, { nullable: true, description: "Returns only builds of this app." })
  readonly appId?: string | null;
  @Field(() => ID, { nullable: true, description: "Returns only builds of this namespace." })
  readonly namespaceId?: string | null;
  @Field(() => [BuildPhase], { nullable: true, description: "Returns only builds in one of these phases." })
  readonly phases?: BuildPhase[] | null;
}

@ArgsType()
export class BuildsArgs extends PageArgs {
  @Field(() => BuildFilterInput, { nullable: true, description: "Conditions that the builds must meet." })
  readonly filter?: BuildFilterInput | null;
}

@InputType({ description: "A tag or branch of the app's repository." })
export class RefInput {
  @Field(() => RefKind, { description: "Whether the name is a tag or a branch." })
  readonly kind!: RefKind;
  @Field(() => String, { description: "The name of the tag or branch, without `refs/`." })
  readonly name!: string;
}

@InputType("StartBuildInput", { description: "The app and the tag or branch to build." })
export class StartBuildInputType extends RepeatableInput {
  @Field(() => ID, { description: "The id of the app to build." })
  readonly appId!: string;
  @Field(() => RefInput, { description: "The tag or branch to build." })
  readonly ref!: RefInput;
  @Field(() => [BuildParameterType], { nullable: true, description: "The build arguments of the image build." })
  readonly parameters?: BuildParameterType[] | null;
}

@InputType({ description: "The build to abort, and its expected version." })
export class AbortBuildInput extends EditInput {}

@ObjectType("BuildPayload", {
  description: "The build after the change. Follow it with `buildChanged` and `buildLog`.",
})
export class BuildPayload extends MutationPayload {
  @Field(() => BuildType, { description: "The build after the change." })
  readonly build!: Build;
}
