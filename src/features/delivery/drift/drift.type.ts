import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Cursor, Json, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { FieldDriftKind, type FieldDrift, type ObjectDrift } from "./drift.rules.js";
import { DriftState, type AppDrift } from "./drift-detector.js";

publishEnum(DriftState, "DriftState", "Whether an app's objects in the cluster match its last release.", {
  NONE: "The objects are as the release defines them.",
  DRIFTED: "Someone else changed, added or removed fields or objects.",
  UNSETTLED: "A rollout is in progress, or could not apply its objects; its progress says more.",
  NOT_LIVE: "No release is live, or the app is retired.",
  UNKNOWN: "The cluster's objects are not known completely yet.",
});
publishEnum(FieldDriftKind, "FieldDriftKind", "How a field differs from the release.", {
  CHANGED: "The field has another value than the release.",
  REMOVED: "The field is missing from the cluster.",
  ADDED: "The release does not have the field.",
});

@ObjectType("FieldDrift", { description: "A field that differs from the release." })
class FieldDriftType implements Omit<FieldDrift, "steps"> {
  @Field(() => String, {
    description:
      'The field\'s path: `spec.template.spec.containers[name=web].image`, `spec.ports[port=80,protocol=TCP].targetPort`, `data["a.conf"]`. The path of an object or a list covers all fields in it.',
  })
  readonly path!: string;
  @Field(() => FieldDriftKind, { description: "Whether the field was added, changed or removed." })
  readonly kind!: FieldDriftKind;
  @Field(() => Json, {
    nullable: true,
    description: "The field's value in the release; null when it has none or is secret.",
  })
  readonly wanted!: unknown;
  @Field(() => Json, {
    nullable: true,
    description: "The field's value in the cluster; null when it is gone or is secret.",
  })
  readonly live!: unknown;
  @Field(() => Boolean, { description: "Whether the field is secret; then its values are not shown." })
  readonly isSecret!: boolean;
  @Field(() => String, {
    nullable: true,
    description:
      "The field manager that set the field, like `kubectl-edit` or `argocd-controller`. Null when the cluster does not know it: for a removed field, and where an old Kubernetes does not record it (1.20: `kubectl scale`).",
  })
  readonly setBy!: string | null;
  @Field(() => Date, { nullable: true, description: "When that field manager last set any field of the object." })
  readonly setAt!: Date | null;
}

@ObjectType("ObjectDrift", { description: "A Kubernetes object that differs from the release." })
class ObjectDriftType implements ObjectDrift {
  @Field(() => String, { description: "The object's kind, like `Deployment`." })
  readonly kind!: string;
  @Field(() => String, { description: "The object's name in the namespace." })
  readonly name!: string;
  @Field(() => Boolean, { description: "Whether the object is missing from the cluster." })
  readonly isMissing!: boolean;
  @Field(() => [FieldDriftType], {
    description: "The fields that differ: first those of the release, then those that others added.",
  })
  readonly fields!: readonly FieldDrift[];
}

@ObjectType("AppDrift", {
  description:
    "How an app's objects, as last seen in the cluster, differ from its last release. Two notations of one value (`0.5` and `500m`), defaults, status, and fields that Kubernetes' own controllers set are not differences. Labels and annotations that others add are not drift.",
})
export class AppDriftType implements Omit<AppDrift, "appId" | "releaseId"> {
  @Field(() => DriftState, { description: "Whether the app has drift, as far as it can be known." })
  readonly state!: DriftState;
  @Field(() => [ObjectDriftType], { description: "The objects that differ from the release." })
  readonly objects!: readonly ObjectDrift[];
}

@ObjectType("DriftChanged", {
  description: "An event that carries the drift of an app, or of all apps of a namespace, after a change.",
})
export class DriftChangedType {
  @Field(() => [AppDriftType], {
    description: "The drift of every app that has some; empty when the cluster is as released.",
  })
  readonly drifts!: readonly AppDrift[];
  @Field(() => Cursor, {
    description: "The cursor of this state. Pass it as `after` to receive only states that differ from it.",
  })
  readonly cursor!: string;
}

@ArgsType()
export class DriftChangedArgs {
  @Field(() => ID, { nullable: true, description: "The id of the app; omit it when `namespace` is given." })
  readonly app?: string | null;
  @Field(() => ID, { nullable: true, description: "The id of a namespace, to follow all its apps." })
  readonly namespace?: string | null;
  @Field(() => Cursor, {
    nullable: true,
    description: "Begins with the first state that differs from this cursor's; with the current state when omitted.",
  })
  readonly after?: string | null;
}

@InputType({ description: "The app whose objects are restored." })
export class RepairDriftInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the app." })
  readonly appId!: string;
}

@InputType({ description: "The app, and the fields to copy from the cluster into its spec." })
export class AdoptDriftInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the app." })
  readonly appId!: string;
  @Field(() => [String], {
    nullable: true,
    description: "The paths of the fields, as in `app.drift`; all fields that differ when omitted.",
  })
  readonly paths?: string[] | null;
  @Field(() => Int, {
    nullable: true,
    description: "The version of the app that you read. If it has changed since, the error is CONFLICT.",
  })
  readonly expectedVersion?: number | null;
}
