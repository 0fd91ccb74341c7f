import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, PageArgs } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { FieldChangeType, ObjectChangeType } from "../object-change/object-changes.type.js";
import type { Release } from "./release.entity.js";
import type { ReleaseComparison } from "./release.reader.js";

@ObjectType("TemplateMark", { description: "The version of a template that made objects of a release." })
export class TemplateMarkType {
  @Field(() => String, { description: "The template's name, like `kubernetes/deployment`." })
  readonly name!: string;
  @Field(() => String, { description: "The template's version: the start of its source's SHA-256." })
  readonly version!: string;
}

@ObjectType("Release", {
  implements: NodeType,
  description:
    "An immutable unit of deployment: an image, a revision of the spec, and the objects that the templates made of them.",
})
export class ReleaseType extends NodeType implements Pick<Release, "id" | "number" | "image" | "createdAt"> {
  @Field(() => Int, { description: "The release's number, counted from 1 within the app." })
  readonly number!: number;
  @Field(() => String, { description: "The release's image, with its tag." })
  readonly image!: string;
  @Field(() => Date, { description: "When the release was made." })
  readonly createdAt!: Date;
}
export const ReleaseConnection = connectionOf("Release", () => ReleaseType, "releases, newest first");

@ObjectType("ReleaseComparison", { description: "The differences between two releases of an app." })
export class ReleaseComparisonType implements ReleaseComparison {
  @Field(() => FieldChangeType, { nullable: true, description: "How the image differs; null when it is the same." })
  readonly image!: FieldChangeType | null;
  @Field(() => [FieldChangeType], { description: "The fields of the spec that differ." })
  readonly spec!: FieldChangeType[];
  @Field(() => [FieldChangeType], {
    description: "The templates whose versions differ; the path names the template.",
  })
  readonly templates!: FieldChangeType[];
  @Field(() => [ObjectChangeType], { description: "The Kubernetes objects that differ." })
  readonly objects!: ObjectChangeType[];
}

@InputType({ description: "Conditions that the returned releases must meet." })
export class ReleaseFilterInput {
  @Field(() => ID, { nullable: true, description: "Returns only releases of this app." })
  readonly appId?: string | null;
  @Field(() => ID, { nullable: true, description: "Returns only releases of this namespace." })
  readonly namespaceId?: string | null;
}

@ArgsType()
export class ReleasesArgs extends PageArgs {
  @Field(() => ReleaseFilterInput, { nullable: true, description: "Conditions that the releases must meet." })
  readonly filter?: ReleaseFilterInput | null;
}
