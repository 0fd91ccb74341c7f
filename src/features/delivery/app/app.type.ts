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

publishEnum(AppPhase, "AppPhase", "The phase of an app, from draft to retired.", {
  DRAFT: "The app is being described; nothing of it exists upstream.",
  IN_REVIEW: "A revision waits for a reviewer. An earlier approved revision stays live.",
  REJECTED: "A reviewer rejected the revision; `rejectionReason` says why. The spec is kept.",
  APPROVED: "The app may be built and deployed.",
  RETIRED: "The app has ended; its upstream objects are removed or being removed.",
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
  @Field(() => String, {
    description: "The app's name in the namespace, in Kubernetes and in Jenkins; it never changes.",
  })
  readonly name!: string;
  @Field(() => String, { description: "The name that people see." })
  readonly displayName!: string;
  @Field(() => String, { description: "What the app is for, in the team's words." })
  readonly description!: string;
  @Field(() => AppPhase, { description: "The app's phase, from draft to retired." })
  readonly phase!: AppPhase;
  @Field(() => String, { nullable: true, description: "The reviewer's reason; null unless the app is rejected." })
  readonly rejectionReason!: string | null;
  @Field(() => ConditionType, {
    nullable: true,
    description:
      "Why its objects in the cluster and its build job are not as they should be; the platform keeps trying. null when nothing is wrong.",
  })
  readonly condition!: Condition | null;
  @Field(() => Date, {
    nullable: true,
    description: "When the app's Kubernetes objects and its build job first existed.",
  })
  readonly providedAt!: Date | null;
  @Field(() => Date, { nullable: true, description: "When all upstream objects of the retired app were gone." })
  readonly removedAt!: Date | null;
  @Field(() => Date, { description: "When the app was created." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When the app was last changed." })
  readonly updatedAt!: Date;
  @Field(() => Int, { description: "A number that grows with every change. Pass it as `expectedVersion`." })
  readonly version!: number;
}
export const AppConnection = connectionOf("App", () => AppType, "apps");

@ObjectType("AppRevision", { implements: NodeType, description: "One saved state of an app's spec; it never changes." })
export class AppRevisionType extends NodeType implements Pick<AppRevision, "id" | "number" | "createdAt"> {
  @Field(() => Int, { description: "The revision's number, counted from 1 within the app." })
  readonly number!: number;
  @Field(() => AppSpecType, { description: "The spec as it was saved." })
  readonly spec!: AppRevision["spec"];
  @Field(() => Date, { description: "When the revision was saved." })
  readonly createdAt!: Date;
}
export const AppRevisionConnection = connectionOf(
  "AppRevision",
  () => AppRevisionType,
  "an app's revisions, newest first",
);

@ObjectType("KubernetesManifest", { description: "A Kubernetes object as the templates render it." })
export class ManifestType {
  @Field(() => String, { description: "The object's kind, like `Deployment`." })
  readonly kind!: string;
  @Field(() => String, { description: "The object's name in the namespace." })
  readonly name!: string;
  @Field(() => JsonObject, { description: "The whole object as JSON." })
  readonly object!: Record<string, unknown>;
  @Field(() => String, { description: "The whole object as YAML." })
  readonly yaml!: string;
}

@ObjectType("AppManifests", {
  description:
    "The upstream objects that approving the current spec creates. Values of environment variables are not hidden.",
})
export class AppManifestsType {
  @Field(() => [ManifestType], {
    description:
      "The Kubernetes objects, in the order in which they are applied. Before the first release the image is a placeholder.",
  })
  readonly objects!: ManifestType[];
  @Field(() => String, { description: "The definition of the Jenkins job (config.xml)." })
  readonly job!: string;
}

@InputType({ description: "Conditions that the returned apps must meet." })
export class AppFilterInput {
  @Field(() => ID, { nullable: true, description: "Returns only apps of this namespace." })
  readonly namespaceId?: string | null;
  @Field(() => [AppPhase], {
    nullable: true,
    description: "Returns only apps in one of these phases; by default all but retired apps.",
  })
  readonly phases?: AppPhase[] | null;
  @Field(() => String, {
    nullable: true,
    description: "Returns only apps whose name or display name contains this text.",
  })
  readonly search?: string | null;
}

@ArgsType()
export class AppsArgs extends PageArgs {
  @Field(() => AppFilterInput, { nullable: true, description: "Conditions that the apps must meet." })
  readonly filter?: AppFilterInput | null;
}

@InputType("CreateAppInput", { description: "The app to create." })
export class CreateAppInputType extends RepeatableInput {
  @Field(() => ID, { description: "The id of the namespace for the app." })
  readonly namespaceId!: string;
  @Field(() => String, {
    description: "The app's name: at most 50 lower-case letters, digits and dashes; it never changes.",
  })
  readonly name!: string;
  @Field(() => String, { nullable: true, description: "The name that people see; defaults to `name`." })
  readonly displayName?: string | null;
  @Text({ most: 2_000, content: "LINES" })
  @Field(() => String, { nullable: true, description: "What the app is for, in the team's words." })
  readonly description?: string | null;
  @Field(() => AppSpecType, { description: "The desired state of the app." })
  readonly spec!: AppSpecType;
}

@InputType("UpdateAppInput", {
  description: "The changes to an app. Omitted fields stay as they are; a spec replaces the whole spec.",
})
export class UpdateAppInputType extends EditInput {
  @Field(() => String, { nullable: true, description: "The new name that people see." })
  readonly displayName?: string | null;
  @Text({ most: 2_000, content: "LINES" })
  @Field(() => String, { nullable: true, description: "The new description of what the app is for." })
  readonly description?: string | null;
  @Field(() => AppSpecType, { nullable: true, description: "The whole new spec, saved as a new revision." })
  readonly spec?: AppSpecType | null;
}

@InputType({ description: "The app to change, and its expected version." })
export class AppInput extends EditInput {}

@ObjectType("AppPayload", { description: "The app after the change." })
export class AppPayload extends MutationPayload {
  @Field(() => AppType, { description: "The app after the change." })
  readonly app!: App;
}
