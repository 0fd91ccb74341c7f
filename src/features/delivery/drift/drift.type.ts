import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Cursor, Json, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { FieldDriftKind, type FieldDrift, type ObjectDrift } from "./drift.rules.js";
import { DriftState, type AppDrift } from "./drift-detector.js";

publishEnum(DriftState, "DriftState", "Whether an app's objects in the cluster are as its last release says.", {
  NONE: "They are.",
  DRIFTED: "Somebody else has changed, added or removed something.",
  UNSETTLED: "A rollout is on its way, or could not put its objects into the cluster; its progress says more.",
  NOT_LIVE: "Nothing was put live, or the app is retired.",
  UNKNOWN: "The cluster could not be seen yet, or not all of it.",
});
publishEnum(FieldDriftKind, "FieldDriftKind", "How a field differs.", {
  CHANGED: "It has another value.",
  REMOVED: "It is gone.",
  ADDED: "The release does not have it.",
});

@ObjectType("FieldDrift", { description: "A field that is not as the release says." })
class FieldDriftType implements Omit<FieldDrift, "steps"> {
  @Field(() => String, {
    description:
      'Where: `spec.template.spec.containers[name=web].image`, `spec.ports[port=80,protocol=TCP].targetPort`, `data["a.conf"]`. A field that holds others stands for all of them.',
  })
  readonly path!: string;
  @Field(() => FieldDriftKind, { description: "How it differs." })
  readonly kind!: FieldDriftKind;
  @Field(() => Json, { nullable: true, description: "What the release says; null when nothing, or when it is secret." })
  readonly wanted!: unknown;
  @Field(() => Json, { nullable: true, description: "What it is; null when it is gone, or when it is secret." })
  readonly live!: unknown;
  @Field(() => Boolean, { description: "Whether its values are secret: then only that it differs is told." })
  readonly isSecret!: boolean;
  @Field(() => String, {
    nullable: true,
    description:
      "Which program set it, in the name that it gave Kubernetes: `kubectl-edit`, `argocd-controller`. Null when the cluster does not know: of a field that is gone, and where an old Kubernetes takes no note (1.20: `kubectl scale`).",
  })
  readonly setBy!: string | null;
  @Field(() => Date, { nullable: true, description: "When that program last set any field of the object." })
  readonly setAt!: Date | null;
}

@ObjectType("ObjectDrift", { description: "A Kubernetes object that is not as the release says." })
class ObjectDriftType implements ObjectDrift {
  @Field(() => String, { description: "Its kind, like `Deployment`." })
  readonly kind!: string;
  @Field(() => String, { description: "Its name." })
  readonly name!: string;
  @Field(() => Boolean, { description: "Whether it is gone." })
  readonly isMissing!: boolean;
  @Field(() => [FieldDriftType], {
    description: "The fields that differ: those of the release, then those that others have added.",
  })
  readonly fields!: readonly FieldDrift[];
}

@ObjectType("AppDrift", {
  description:
    "Where an app's objects in the cluster differ from what its last release says, as the cluster showed them last. Another writing of the same value is no difference (`0.5` and `500m`), nor is a default, a status, or what a controller of Kubernetes' own has set. Labels and annotations that others add to an object are theirs.",
})
export class AppDriftType implements Omit<AppDrift, "appId" | "releaseId"> {
  @Field(() => DriftState, { description: "Whether there is any." })
  readonly state!: DriftState;
  @Field(() => [ObjectDriftType], { description: "The objects that differ." })
  readonly objects!: readonly ObjectDrift[];
}

@ObjectType("DriftChanged", { description: "All drift of an app, or of the apps of a namespace, after a change." })
export class DriftChangedType {
  @Field(() => [AppDriftType], { description: "The drift of every app that has some; none when all is as released." })
  readonly drifts!: readonly AppDrift[];
  @Field(() => Cursor, {
    description: "Stands for this very state. Give it as `after` to be told only when it is another one.",
  })
  readonly cursor!: string;
}

@ArgsType()
export class DriftChangedArgs {
  @Field(() => ID, { nullable: true, description: "The app." })
  readonly app?: string | null;
  @Field(() => ID, { nullable: true, description: "Or the namespace: all its apps." })
  readonly namespace?: string | null;
  @Field(() => Cursor, {
    nullable: true,
    description: "Begin with the first state that is not this one; with the one of now when it is not given.",
  })
  readonly after?: string | null;
}

@InputType({ description: "Whose objects are put back." })
export class RepairDriftInput extends RepeatableInput {
  @Field(() => ID, { description: "The app." })
  readonly appId!: string;
}

@InputType({ description: "What of the drift the app's spec is to say." })
export class AdoptDriftInput extends RepeatableInput {
  @Field(() => ID, { description: "The app." })
  readonly appId!: string;
  @Field(() => [String], {
    nullable: true,
    description: "The paths of the fields, as `app.drift` shows them; all that differ when none are given.",
  })
  readonly paths?: string[] | null;
  @Field(() => Int, {
    nullable: true,
    description: "The version of the app that you read. When it has changed since, the answer is CONFLICT.",
  })
  readonly expectedVersion?: number | null;
}
