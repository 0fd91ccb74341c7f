import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import {
  connectionOf,
  EditInput,
  JsonObject,
  MutationPayload,
  PageArgs,
  publishEnum,
  RepeatableInput,
} from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import { AppSpecType } from "./app-spec.type.js";
import { AppPhase, type App, type AppRevision } from "./app.entity.js";
import { Text } from "../../foundation/text-bound.js";

publishEnum(AppPhase, "AppPhase", "Where an app is between idea and end.", {
  DRAFT: "Being described; nothing of it exists upstream.",
  IN_REVIEW: "Waits for a reviewer. What was approved before, if anything, stays live.",
  REJECTED: "A reviewer said no; `rejectionReason` says why, and everything that was typed is kept.",
  APPROVED: "May be built and put live.",
  RETIRED: "Over: everything of it upstream is removed or being removed.",
});

@ObjectType("App", { implements: NodeType, description: "An application that a team asks the platform to run." })
export class AppType
  extends NodeType
  implements
    Pick<
      App,
      | "id"
      | "name"
      | "displayName"
      | "description"
      | "phase"
      | "rejectionReason"
      | "condition"
      | "providedAt"
      | "removedAt"
      | "createdAt"
      | "updatedAt"
      | "version"
    >
{
  @Field(() => String, { description: "Its name in the namespace, in Kubernetes and in Jenkins; it never changes." })
  readonly name!: string;
  @Field(() => String, { description: "The name for people." })
  readonly displayName!: string;
  @Field(() => String, { description: "What it is for." })
  readonly description!: string;
  @Field(() => AppPhase, { description: "Where it is between idea and end." })
  readonly phase!: AppPhase;
  @Field(() => String, { nullable: true, description: "What the reviewer said, when the app is rejected." })
  readonly rejectionReason!: string | null;
  @Field(() => ConditionType, {
    nullable: true,
    description:
      "Why its objects in the cluster and its build job are not as they should be; the platform keeps trying. null when nothing is wrong.",
  })
  readonly condition!: Condition | null;
  @Field(() => Date, {
    nullable: true,
    description: "When its Kubernetes objects and its build job stood for the first time.",
  })
  readonly providedAt!: Date | null;
  @Field(() => Date, { nullable: true, description: "When everything of it upstream was gone, after it was retired." })
  readonly removedAt!: Date | null;
  @Field(() => Date, { description: "When it was created." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When it was changed last." })
  readonly updatedAt!: Date;
  @Field(() => Int, { description: "Grows with every change; give it as `expectedVersion`." })
  readonly version!: number;
}
export const AppConnection = connectionOf("App", () => AppType, "apps");

@ObjectType("AppRevision", { implements: NodeType, description: "One saved state of an app's spec; it never changes." })
export class AppRevisionType extends NodeType implements Pick<AppRevision, "id" | "number" | "createdAt"> {
  @Field(() => Int, { description: "1 for the first of the app, then counting up." })
  readonly number!: number;
  @Field(() => AppSpecType, { description: "The spec." })
  readonly spec!: AppRevision["spec"];
  @Field(() => Date, { description: "When it was saved." })
  readonly createdAt!: Date;
}
export const AppRevisionConnection = connectionOf(
  "AppRevision",
  () => AppRevisionType,
  "an app's revisions, newest first",
);

@ObjectType("KubernetesManifest", { description: "One Kubernetes object as the templates render it." })
export class ManifestType {
  @Field(() => String, { description: "Its kind, like `Deployment`." })
  readonly kind!: string;
  @Field(() => String, { description: "Its name." })
  readonly name!: string;
  @Field(() => JsonObject, { description: "The whole object." })
  readonly object!: Record<string, unknown>;
  @Field(() => String, { description: "The whole object as YAML." })
  readonly yaml!: string;
}

@ObjectType("AppManifests", {
  description: "What approving the app as it is now creates upstream. Environment values are shown as they are.",
})
export class AppManifestsType {
  @Field(() => [ManifestType], {
    description:
      "The Kubernetes objects, in the order they are applied. Before the first release the image is a placeholder.",
  })
  readonly objects!: ManifestType[];
  @Field(() => String, { description: "The job on the build server: Jenkins' config.xml." })
  readonly job!: string;
}

@InputType({ description: "Which apps." })
export class AppFilterInput {
  @Field(() => ID, { nullable: true, description: "Only of this namespace." })
  readonly namespaceId?: string | null;
  @Field(() => [AppPhase], {
    nullable: true,
    description: "Only in one of these phases; without it, all but retired ones.",
  })
  readonly phases?: AppPhase[] | null;
  @Field(() => String, { nullable: true, description: "Part of the name or the name for people." })
  readonly search?: string | null;
}

@ArgsType()
export class AppsArgs extends PageArgs {
  @Field(() => AppFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: AppFilterInput | null;
}

@InputType("CreateAppInput", { description: "A new app." })
export class CreateAppInputType extends RepeatableInput {
  @Field(() => ID, { description: "Where it will live." })
  readonly namespaceId!: string;
  @Field(() => String, { description: "At most 50 lower-case letters, digits and dashes; it never changes." })
  readonly name!: string;
  @Field(() => String, { nullable: true, description: "The name for people; the name itself when it is not given." })
  readonly displayName?: string | null;
  @Text({ most: 2_000, content: "LINES" })
  @Field(() => String, { nullable: true, description: "What it is for." })
  readonly description?: string | null;
  @Field(() => AppSpecType, { description: "What to run." })
  readonly spec!: AppSpecType;
}

@InputType("UpdateAppInput", { description: "What changes; what is not given stays. A spec replaces the whole spec." })
export class UpdateAppInputType extends EditInput {
  @Field(() => String, { nullable: true, description: "The name for people." })
  readonly displayName?: string | null;
  @Text({ most: 2_000, content: "LINES" })
  @Field(() => String, { nullable: true, description: "What it is for." })
  readonly description?: string | null;
  @Field(() => AppSpecType, { nullable: true, description: "The whole new spec; it becomes a new revision." })
  readonly spec?: AppSpecType | null;
}

@InputType({ description: "Which app." })
export class AppInput extends EditInput {}

@ObjectType("AppPayload", { description: "The app as it is now, and where to follow what comes of it." })
export class AppPayload extends MutationPayload {
  @Field(() => AppType, { description: "The app." })
  readonly app!: App;
}
