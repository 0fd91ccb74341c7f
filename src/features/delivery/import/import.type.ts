import { Field, ID, InputType, ObjectType } from "type-graphql";
import { RepositoryType } from "../app/app-spec.type.js";
import { Language } from "../app/app-spec.js";
import { AppType } from "../app/app.type.js";
import type { App } from "../app/app.entity.js";
import type { ObjectChange } from "../object-change/object-changes.js";
import { ObjectChangeType } from "../object-change/object-changes.type.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { JsonObject, MutationPayload, RepeatableInput } from "../../foundation/graphql.js";

@ObjectType("ImportableApp", { description: "A running Deployment that does not belong to an app yet." })
export class ImportableAppType {
  @Field(() => String, { description: "The Deployment's name, which becomes the app's name." })
  readonly name!: string;
  @Field(() => String, { description: "The image that the Deployment runs." })
  readonly image!: string;
  @Field(() => JsonObject, {
    description: "The spec that the app would get. It lacks what the cluster does not know: the source.",
  })
  readonly spec!: Readonly<Record<string, unknown>>;
  @Field(() => [String], {
    description:
      "Fields of the Deployment that no spec can express. They stay until the first release that the templates make; once the app is imported, `app.pendingChanges` shows each of them.",
  })
  readonly notes!: readonly string[];
  @Field(() => ConditionType, {
    nullable: true,
    description: "Why the Deployment cannot be imported; null when it can.",
  })
  readonly condition!: Condition | null;
  @Field(() => [ObjectChangeType], {
    description:
      "What the import would change in the cluster: labels of the objects, but nothing in the pods. The import does a dry run and is refused if more would change.",
  })
  readonly changes!: readonly ObjectChange[];
}

@InputType("ImportedAppInput", {
  description: "A Deployment to import, with the fields that the cluster does not know.",
})
export class ImportedAppInputType {
  @Field(() => String, { description: "The name of the Deployment to import." })
  readonly name!: string;
  @Field(() => String, { nullable: true, description: "The name that people see; defaults to the Deployment's name." })
  readonly displayName?: string | null;
  @Field(() => Language, { description: "The language that the app is written in." })
  readonly language!: Language;
  @Field(() => RepositoryType, { description: "The repository that holds the app's source." })
  readonly repository!: RepositoryType;
  @Field(() => String, { defaultValue: ".", description: "The directory to build, relative to the repository's root." })
  readonly buildPath!: string;
  @Field(() => String, {
    defaultValue: "Dockerfile",
    description: "The path of the Dockerfile, relative to the repository's root.",
  })
  readonly dockerfilePath!: string;
}

@InputType("ImportAppsInput", { description: "The namespace and the Deployments to import." })
export class ImportAppsInputType extends RepeatableInput {
  @Field(() => ID, { description: "The id of the namespace that the Deployments run in." })
  readonly namespaceId!: string;
  @Field(() => [ImportedAppInputType], { description: "The Deployments to import: all of them are imported, or none." })
  readonly apps!: ImportedAppInputType[];
}

@ObjectType("ImportAppsPayload", { description: "The apps that were imported." })
export class ImportAppsPayload extends MutationPayload {
  @Field(() => [AppType], {
    description: "The imported apps, sorted by name. Their rollouts leave the pods as they are.",
  })
  readonly apps!: readonly App[];
}
