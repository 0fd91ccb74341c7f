import { Field, ID, InputType, ObjectType } from "type-graphql";
import { RepositoryType } from "../app/app-spec.type.js";
import { Language } from "../app/app-spec.js";
import { AppType } from "../app/app.type.js";
import type { App } from "../app/app.entity.js";
import type { ObjectChange } from "../object-change/object-changes.js";
import { ObjectChangeType } from "../object-change/object-changes.type.js";
import { JsonObject, MutationPayload, RepeatableInput } from "../../foundation/graphql.js";

@ObjectType("ImportableApp", { description: "A Deployment that runs, and that nobody has described as an app yet." })
export class ImportableAppType {
  @Field(() => String, { description: "The Deployment's name, which the app gets." })
  readonly name!: string;
  @Field(() => String, { description: "The image that it runs." })
  readonly image!: string;
  @Field(() => JsonObject, {
    description: "What its spec will say, as far as the cluster knows: all but where its source is.",
  })
  readonly spec!: Readonly<Record<string, unknown>>;
  @Field(() => [String], {
    description:
      "What no spec can say. It goes on as it is, and ends with the first release that is made by the templates; `app.pendingChanges` shows that, field by field, once it is imported.",
  })
  readonly notes!: readonly string[];
  @Field(() => String, { nullable: true, description: "Why it cannot be imported; null when it can." })
  readonly obstacle!: string | null;
  @Field(() => [ObjectChangeType], {
    description:
      "What importing it changes in the cluster: labels of the objects, and nothing of the pods. The cluster is asked when it is imported; if more would change, it is refused.",
  })
  readonly changes!: readonly ObjectChange[];
}

@InputType("ImportedAppInput", { description: "One app that is imported, and what the cluster does not know of it." })
export class ImportedAppInputType {
  @Field(() => String, { description: "The name of its Deployment." })
  readonly name!: string;
  @Field(() => String, { nullable: true, description: "What people call it; its name when it is not given." })
  readonly displayName?: string | null;
  @Field(() => Language, { description: "What it is written in." })
  readonly language!: Language;
  @Field(() => RepositoryType, { description: "Where its source is." })
  readonly repository!: RepositoryType;
  @Field(() => String, { defaultValue: ".", description: "The directory that is built, from the repository's root." })
  readonly buildPath!: string;
  @Field(() => String, { defaultValue: "Dockerfile", description: "The Dockerfile, from the repository's root." })
  readonly dockerfilePath!: string;
}

@InputType("ImportAppsInput", { description: "Which apps are imported." })
export class ImportAppsInputType extends RepeatableInput {
  @Field(() => ID, { description: "The namespace that they run in." })
  readonly namespaceId!: string;
  @Field(() => [ImportedAppInputType], { description: "The apps. All of them are imported, or none." })
  readonly apps!: ImportedAppInputType[];
}

@ObjectType("ImportAppsPayload", { description: "What was imported." })
export class ImportAppsPayload extends MutationPayload {
  @Field(() => [AppType], { description: "The apps, by name. Their rollouts take them over as they are." })
  readonly apps!: readonly App[];
}
