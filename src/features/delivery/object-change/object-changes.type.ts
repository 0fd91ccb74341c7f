import { Field, ObjectType } from "type-graphql";
import { Json, publishEnum } from "../../foundation/graphql.js";
import { ObjectAction, type FieldChange, type ObjectChange } from "./object-changes.js";

publishEnum(ObjectAction, "ObjectAction", "What a change does with an object.", {
  CREATE: "The object is created.",
  UPDATE: "Fields of the object are changed.",
  REPLACE: "The object is deleted and created again, because an immutable field changes.",
  DELETE: "The object is deleted from the cluster.",
});

@ObjectType("FieldChange", { description: "One field that differs between two states of an object." })
export class FieldChangeType implements FieldChange {
  @Field(() => String, {
    description:
      'The field\'s path: `spec.template.spec.containers[name=web].image`, `args[0]`, `metadata.labels["app.kubernetes.io/name"]`. Items of a list are identified by their names if they have any.',
  })
  readonly path!: string;
  @Field(() => Json, { nullable: true, description: "The value before; null when there was none or it is secret." })
  readonly before!: unknown;
  @Field(() => Json, {
    nullable: true,
    description: "The value after; null when there is none or it is secret.",
  })
  readonly after!: unknown;
  @Field(() => Boolean, { description: "Whether the field is secret; then its values are not shown." })
  readonly isSecret!: boolean;
}

@ObjectType("ObjectChange", { description: "How one Kubernetes object changes." })
export class ObjectChangeType implements ObjectChange {
  @Field(() => ObjectAction, { description: "Whether the object is created, updated, replaced or deleted." })
  readonly action!: ObjectAction;
  @Field(() => String, { description: "The object's kind, like `Deployment`." })
  readonly kind!: string;
  @Field(() => String, { description: "The object's name in the namespace." })
  readonly name!: string;
  @Field(() => [FieldChangeType], { description: "The fields that differ, if the object is updated." })
  readonly fields!: FieldChangeType[];
}
