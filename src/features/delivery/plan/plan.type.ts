import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { AppSpecType } from "../app/app-spec.type.js";
import { connectionOf, MutationPayload, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { ObjectChangeType } from "../object-change/object-changes.type.js";
import type { Plan } from "./plan.entity.js";
import { PlanWarningCode, type PlanWarning } from "./plan-warnings.js";

publishEnum(PlanWarningCode, "PlanWarningCode", "What the cluster would take, and what would not work then.", {
  NO_IMAGE_YET: "There is no image yet: what runs it comes with the first build.",
  NAMESPACE_MISSING: "The namespace is not in the cluster yet.",
  QUOTA_EXCEEDED: "The pods need more than a quota of the namespace leaves.",
  HOST_TAKEN:
    "An Ingress that the platform did not make serves the same host; the plan cannot be applied while it does.",
  CLAIM_MISSING: "The pods need a PersistentVolumeClaim that is not there.",
  SECRET_MISSING: "The pods need a Secret, or a key of it, that is not there.",
  CONFIG_MAP_MISSING: "The pods need a ConfigMap, or a key of it, that is not there.",
  REPLICAS_ABOVE_NODES: "The nodes cannot hold so many replicas, even if nothing else ran there.",
  PROBE_PORT_NOT_EXPOSED: "A probe asks a port that the container does not expose.",
  UNCHECKED: "The cluster does not let the platform see what a warning would need.",
});

@ObjectType("PlanWarning", { description: "Something that the cluster takes, and that will not work." })
export class PlanWarningType implements PlanWarning {
  @Field(() => PlanWarningCode, { description: "What it is, for programs." })
  readonly code!: PlanWarningCode;
  @Field(() => String, { description: "What it is, for people." })
  readonly message!: string;
  @Field(() => String, { nullable: true, description: "The object that it is about, like `Deployment/api`." })
  readonly object!: string | null;
}

@ObjectType("PlannedObject", { description: "What becomes of one Kubernetes object, as the cluster itself says." })
export class PlannedObjectType extends ObjectChangeType {
  @Field(() => String, {
    nullable: true,
    description: "Why the cluster would not take it; while there is such an object, the plan cannot be applied.",
  })
  readonly refusal!: string | null;
}

@ObjectType("Plan", {
  implements: NodeType,
  description:
    "What a release would do, tried in the cluster by a dry run. Applying it does exactly this, or is refused with `PLAN_STALE` and what has changed since.",
})
export class PlanType extends NodeType implements Pick<Plan, "id" | "hash" | "releaseNumber" | "createdAt"> {
  @Field(() => String, {
    description: "The same for two plans with the same consequences; what you agree on is what you read.",
  })
  readonly hash!: string;
  @Field(() => AppSpecType, { description: "The spec that it puts live." })
  readonly spec!: AppSpecType;
  @Field(() => String, { nullable: true, description: "The image that it puts live; null while there is none." })
  readonly image!: string | null;
  @Field(() => Int, { description: "The number that its release gets." })
  readonly releaseNumber!: number;
  @Field(() => Date, { description: "When it was made." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When it was applied." })
  readonly appliedAt!: Date | null;
}
export const PlanConnection = connectionOf("Plan", () => PlanType, "plans, newest first");

@InputType({
  description: "What is different from what is live. Nothing given: the approved spec, and the image that is live.",
})
export class PlanChangesInput {
  @Field(() => AppSpecType, {
    nullable: true,
    description: "A spec that is saved nowhere yet. Applying it saves it, and needs `app:review`.",
  })
  readonly spec?: AppSpecType | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "A saved revision: the approved one, or the newest. Applying one that is not approved approves it, and needs `app:review`.",
  })
  readonly revisionId?: string | null;
  @Field(() => ID, { nullable: true, description: "A build that has succeeded: its image." })
  readonly buildId?: string | null;
}

@InputType("PlanReleaseInput", { description: "What is planned." })
export class PlanReleaseInputType extends RepeatableInput {
  @Field(() => ID, { description: "Of which app." })
  readonly appId!: string;
  @Field(() => PlanChangesInput, { nullable: true, description: "What is to change." })
  readonly changes?: PlanChangesInput | null;
}

@InputType({ description: "Which plan." })
export class ApplyPlanInput extends RepeatableInput {
  @Field(() => ID, { description: "Its id." })
  readonly id!: string;
}

@ObjectType("PlanPayload", { description: "The plan." })
export class PlanPayload extends MutationPayload {
  @Field(() => PlanType, { description: "The plan." })
  readonly plan!: Plan;
}
