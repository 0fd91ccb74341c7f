import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { AppSpecType } from "../app/app-spec.type.js";
import { connectionOf, MutationPayload, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import { ObjectChangeType } from "../object-change/object-changes.type.js";
import type { Plan } from "./plan.entity.js";
import { PlanWarningCode, type PlanWarning } from "./plan-warnings.js";

publishEnum(
  PlanWarningCode,
  "PlanWarningCode",
  "A problem that the dry run accepts, but that would keep the release from working.",
  {
    NO_IMAGE_YET: "There is no image before the first build, so the objects that run it are not part of the plan.",
    NAMESPACE_MISSING: "The namespace does not exist in the cluster yet.",
    QUOTA_EXCEEDED: "The pods need more than the namespace's quota has left.",
    HOST_TAKEN:
      "An Ingress that the platform did not make serves the same host; the plan cannot be applied while it does.",
    CLAIM_MISSING: "The pods need a PersistentVolumeClaim that does not exist.",
    SECRET_MISSING: "The pods need a Secret, or a key of one, that does not exist.",
    CONFIG_MAP_MISSING: "The pods need a ConfigMap, or a key of one, that does not exist.",
    REPLICAS_ABOVE_NODES: "The nodes cannot run so many replicas, even without other pods.",
    PROBE_PORT_NOT_EXPOSED: "A probe uses a port that the container does not expose.",
    UNCHECKED: "The platform may not read the objects that a check needs.",
  },
);

@ObjectType("PlanWarning", {
  description: "A problem that the dry run accepts, but that would keep the release from working.",
})
export class PlanWarningType implements PlanWarning {
  @Field(() => PlanWarningCode, { description: "The kind of problem, for programs." })
  readonly code!: PlanWarningCode;
  @Field(() => String, { description: "An explanation of the problem for people." })
  readonly message!: string;
  @Field(() => String, { nullable: true, description: "The object that the warning is about, like `Deployment/api`." })
  readonly object!: string | null;
}

@ObjectType("PlannedObject", { description: "How one Kubernetes object would change, as the cluster's dry run shows." })
export class PlannedObjectType extends ObjectChangeType {
  @Field(() => ConditionType, {
    nullable: true,
    description: "Why the cluster would refuse the object; a plan with such an object cannot be applied.",
  })
  readonly condition!: Condition | null;
}

@ObjectType("Plan", {
  implements: NodeType,
  description:
    "What a release would change, computed by a dry run in the cluster. Applying the plan does exactly this, or fails with `PLAN_STALE` and what has changed since.",
})
export class PlanType extends NodeType implements Pick<Plan, "id" | "hash" | "releaseNumber" | "createdAt"> {
  @Field(() => String, {
    description: "A hash of the plan's changes: equal for two plans that would change the same.",
  })
  readonly hash!: string;
  @Field(() => AppSpecType, { description: "The spec that the plan would deploy." })
  readonly spec!: AppSpecType;
  @Field(() => String, {
    nullable: true,
    description: "The image that the plan would deploy; null before the first build.",
  })
  readonly image!: string | null;
  @Field(() => Int, { description: "The number that the plan's release would get." })
  readonly releaseNumber!: number;
  @Field(() => Date, { description: "When the plan was made." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the plan was applied; null before that." })
  readonly appliedAt!: Date | null;
}
export const PlanConnection = connectionOf("Plan", () => PlanType, "plans, newest first");

@InputType({
  description:
    "How the planned release differs from the live one. By default it has the approved spec and the live image.",
})
export class PlanChangesInput {
  @Field(() => AppSpecType, {
    nullable: true,
    description: "A spec that is not saved yet. Applying the plan saves it and needs `app:review`.",
  })
  readonly spec?: AppSpecType | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "The id of a saved revision: the approved or the newest one. Applying a plan of an unapproved revision approves it and needs `app:review`.",
  })
  readonly revisionId?: string | null;
  @Field(() => ID, { nullable: true, description: "The id of a successful build whose image is deployed." })
  readonly buildId?: string | null;
}

@InputType("PlanReleaseInput", { description: "The app and the changes to plan." })
export class PlanReleaseInputType extends RepeatableInput {
  @Field(() => ID, { description: "The id of the app." })
  readonly appId!: string;
  @Field(() => PlanChangesInput, { nullable: true, description: "How the release differs from the live one." })
  readonly changes?: PlanChangesInput | null;
}

@InputType({ description: "The plan to apply." })
export class ApplyPlanInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the plan." })
  readonly id!: string;
}

@ObjectType("PlanPayload", { description: "The plan that was made or applied." })
export class PlanPayload extends MutationPayload {
  @Field(() => PlanType, { description: "The plan that was made or applied." })
  readonly plan!: Plan;
}
