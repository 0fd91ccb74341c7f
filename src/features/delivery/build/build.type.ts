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
import { NodeType } from "../../foundation/node.type.js";
import { BuildLogPieceKind, type BuildLogPiece } from "./build-log-piece.js";
import { RefKind } from "../../../upstreams/source-host.js";
import { BuildFailureCode, BuildPhase, type Build, type BuildParameter } from "./build.entity.js";
import { Text } from "../../foundation/text-bound.js";

publishEnum(BuildPhase, "BuildPhase", "How far a build is.", {
  QUEUED: "Waits; `waitingFor` says what for.",
  RUNNING: "The build server works on it.",
  SUCCEEDED: "The image was made and pushed.",
  FAILED: "There is no image; `failureCode` and `failureMessage` say why.",
  ABORTED: "Somebody stopped it.",
});
publishEnum(BuildFailureCode, "BuildFailureCode", "Why a build failed.", {
  BUILD_FAILED: "The build itself failed; its log says why.",
  UNSTABLE: "It ended unstable (its tests failed), so its image is not released.",
  NOT_BUILT: "The build server did not build anything.",
  REF_NOT_FOUND: "The repository has no such tag or branch.",
  REPOSITORY_NOT_FOUND: "There is no such repository, or the platform may not read it.",
  REPOSITORY_NOT_ALLOWED: "The namespace may not use the repository; its host was not asked.",
  REFUSED: "The build server refused to start it.",
  LOST: "The build server lost the run, most likely in a restart.",
});
publishEnum(BuildLogPieceKind, "BuildLogPieceKind", "What a piece of a log is.", {
  TEXT: "What the build printed.",
  GAP: "What stood between the offsets was removed, because the platform keeps logs for a limited time.",
});

@ObjectType("BuildParameter", { description: "A build argument: one `--build-arg` of the image build." })
@InputType("BuildParameterInput", { description: "A build argument: one `--build-arg` of the image build." })
export class BuildParameterType implements BuildParameter {
  @Field(() => String, { description: "Letters, digits and underscores." })
  readonly name!: string;
  // That it is one line is told together with everything else that is wrong.
  @Text({ most: 4_000, content: "LINES" })
  @Field(() => String, { description: "One line of text, taken literally." })
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
      | "failureCode"
      | "failureMessage"
      | "waitingFor"
      | "queuedAt"
      | "startedAt"
      | "finishedAt"
      | "logTrimmedAt"
      | "version"
    >
{
  @Field(() => Int, { description: "1 for the first of the app, then counting up." })
  readonly number!: number;
  @Field(() => RefKind, { description: "Whether a tag or a branch is built." })
  readonly refKind!: RefKind;
  @Field(() => String, { description: "The tag or branch." })
  readonly refName!: string;
  @Field(() => String, {
    nullable: true,
    description: "The commit that the ref pointed at when the build began, 40 hex digits; that commit is built.",
  })
  readonly commit!: string | null;
  @Field(() => String, { description: "The image that it makes, with its tag." })
  readonly image!: string;
  @Field(() => [BuildParameterType], { description: "The build arguments." })
  readonly parameters!: BuildParameter[];
  @Field(() => BuildPhase, { description: "How far it is." })
  readonly phase!: BuildPhase;
  @Field(() => BuildFailureCode, { nullable: true, description: "Why it failed." })
  readonly failureCode!: BuildFailureCode | null;
  @Field(() => String, { nullable: true, description: "Why it failed, as a sentence." })
  readonly failureMessage!: string | null;
  @Field(() => String, { nullable: true, description: "What it waits for: an executor, an upstream that is down." })
  readonly waitingFor!: string | null;
  @Field(() => Date, { description: "When it was asked for." })
  readonly queuedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the build server began." })
  readonly startedAt!: Date | null;
  @Field(() => Date, { nullable: true, description: "When it was over." })
  readonly finishedAt!: Date | null;
  @Field(() => Date, {
    nullable: true,
    description: "When its console was removed, because the platform keeps logs for a limited time.",
  })
  readonly logTrimmedAt!: Date | null;
  @Field(() => Int, { description: "Grows with every change of its state; give it as `expectedVersion`." })
  readonly version!: number;
}
export const BuildConnection = connectionOf("Build", () => BuildType, "builds, newest first");

@ObjectType("BuildLogPiece", {
  description: "A piece of a build's console: UTF-8 with LF line ends, colours included.",
})
export class BuildLogPieceType implements Omit<BuildLogPiece, "buildId"> {
  @Field(() => BuildLogPieceKind, { description: "Whether it is there." })
  readonly kind!: BuildLogPieceKind;
  @Field(() => SafeInt, { description: "Bytes of the console before this piece." })
  readonly offset!: number;
  @Field(() => String, { description: "The text. Never cut inside a character; empty in a GAP." })
  readonly text!: string;
  @Field(() => SafeInt, { description: "Bytes of the console up to the end of this piece." })
  readonly endOffset!: number;
  @Field(() => Cursor, { description: "Give it as `after` to go on behind this piece: `endOffset` in decimal." })
  readonly cursor!: string;
}

@ObjectType("BuildChanged", { description: "A build as it was after a change." })
export class BuildChangedType {
  @Field(() => BuildType, { description: "The build." })
  readonly build!: Build;
  @Field(() => Cursor, { description: "Give it as `after` to be told of newer states only." })
  readonly cursor!: string;
}

@ArgsType()
export class BuildLogArgs {
  @Field(() => ID, { description: "The build." })
  readonly build!: string;
  @Field(() => Cursor, {
    nullable: true,
    description: "Only what comes after this byte of the console, in decimal; from its start when it is not given.",
  })
  readonly after?: string | null;
}

@ArgsType()
export class BuildChangedArgs {
  @Field(() => ID, { description: "The build." })
  readonly build!: string;
  @Field(() => Cursor, {
    nullable: true,
    description: "Only what is newer than this event; begins with the build as it is now when it is not given.",
  })
  readonly after?: string | null;
}

@InputType({ description: "Which builds." })
export class BuildFilterInput {
  @Field(() => ID, { nullable: true, description: "Only of this app." })
  readonly appId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only of this namespace." })
  readonly namespaceId?: string | null;
  @Field(() => [BuildPhase], { nullable: true, description: "Only in one of these phases." })
  readonly phases?: BuildPhase[] | null;
}

@ArgsType()
export class BuildsArgs extends PageArgs {
  @Field(() => BuildFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: BuildFilterInput | null;
}

@InputType({ description: "A tag or branch of the app's repository." })
export class RefInput {
  @Field(() => RefKind, { description: "Tag or branch." })
  readonly kind!: RefKind;
  @Field(() => String, { description: "Its name, without `refs/`." })
  readonly name!: string;
}

@InputType("StartBuildInput", { description: "What to build." })
export class StartBuildInputType extends RepeatableInput {
  @Field(() => ID, { description: "The app." })
  readonly appId!: string;
  @Field(() => RefInput, { description: "The tag or branch." })
  readonly ref!: RefInput;
  @Field(() => [BuildParameterType], { nullable: true, description: "Build arguments." })
  readonly parameters?: BuildParameterType[] | null;
}

@InputType({ description: "Which build." })
export class AbortBuildInput extends EditInput {}

@ObjectType("BuildPayload", { description: "The build as it is now. Follow it with `buildChanged` and `buildLog`." })
export class BuildPayload extends MutationPayload {
  @Field(() => BuildType, { description: "The build." })
  readonly build!: Build;
}
