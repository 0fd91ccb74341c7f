import { Field, ObjectType } from "type-graphql";
import { Json, publishEnum } from "../../foundation/graphql.js";
import { ObjectAction, type FieldChange, type ObjectChange } from "./object-changes.js";

publishEnum(ObjectAction, "ObjectAction", "What becomes of an object.", {
  CREATE: "It is made.",
  UPDATE: "Fields of it change.",
  REPLACE: "It is removed and made anew, since a field changes that Kubernetes never changes.",
  DELETE: "It is removed.",
});

@ObjectType("FieldChange", { description: "One field that differs." })
export class FieldChangeType implements FieldChange {
  @Field(() => String, {
    description:
      'Where: `spec.template.spec.containers[name=web].image`, `args[0]`, `metadata.labels["app.kubernetes.io/name"]`. Items of lists that have names are told apart by them.',
  })
  readonly path!: string;
  @Field(() => Json, { nullable: true, description: "What it was; null when it was not there, or is secret." })
  readonly before!: unknown;
  @Field(() => Json, {
    nullable: true,
    description: "What it becomes; null when it is not there any more, or is secret.",
  })
  readonly after!: unknown;
  @Field(() => Boolean, { description: "Whether its values are secret: then only that it changes is told." })
  readonly isSecret!: boolean;
}

@ObjectType("ObjectChange", { description: "What becomes of one Kubernetes object." })
export class ObjectChangeType implements ObjectChange {
  @Field(() => ObjectAction, { description: "What becomes of it." })
  readonly action!: ObjectAction;
  @Field(() => String, { description: "Its kind, like `Deployment`." })
  readonly kind!: string;
  @Field(() => String, { description: "Its name." })
  readonly name!: string;
  @Field(() => [FieldChangeType], { description: "The fields that differ, when it is updated." })
  readonly fields!: FieldChangeType[];
}
