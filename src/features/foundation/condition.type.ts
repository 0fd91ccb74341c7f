import { Field, ObjectType } from "type-graphql";
import { ConditionCode, type Condition, type ConditionEvidence } from "./condition.js";
import { publishEnum } from "./graphql.js";

publishEnum(ConditionCode, "ConditionCode", "Why something is not as desired, for programs.", {
  UPSTREAM_UNAVAILABLE: "Kubernetes, Jenkins or GitHub cannot be reached or fails. The platform tries again by itself.",
  UPSTREAM_REJECTED: "Kubernetes, Jenkins or GitHub refused the request. The message has its reason.",
  WAITING_FOR_NAMESPACE: "The namespace is not in the cluster yet, or the platform has no rights in it yet.",
  WAITING_FOR_JOB: "The build server has no job of the app yet; the platform creates it.",
  BUILD_QUEUED: "The build server has not started the build. The message has its reason.",
  OBJECT_TERMINATING: "A Kubernetes object is being deleted, and the platform waits until it is gone.",
  TEMPLATE_INVALID: "A template cannot be rendered. The message has the place in the template.",
  PAUSED: "The Deployment is paused, so Kubernetes replaces no pods until the Deployment is resumed.",
  IMAGE_PULL: "The image cannot be pulled.",
  CONTAINER_CONFIG: "Kubernetes cannot create a container as it is described: its image runs as root, for instance.",
  CRASH_LOOP: "A container keeps ending.",
  OUT_OF_MEMORY: "A container used more memory than its limit.",
  PROBE_FAILING: "A pod runs, but its readiness probe fails.",
  UNSCHEDULABLE: "No node has room for a pod, or takes it.",
  QUOTA: "Kubernetes refuses to create pods: a quota, a limit or a policy.",
  POD_SECURITY: "Kubernetes refuses to create pods that violate the Pod Security Standard of the namespace.",
  DEADLINE: "The rollout exceeded the progress deadline of its Deployment.",
  PLAN_STALE: "The cluster was changed after the plan was made. Nothing of the plan was applied.",
  HOST_REFUSED: "A host is not the app's: its namespace may not use the host, or another app has it.",
  OBJECT_IMMUTABLE:
    "The change is not possible on the object that exists, and the object holds data, so it is not replaced.",
  BUILD_FAILED: "The build failed; its log says why.",
  UNSTABLE: "The build ended unstable: its tests failed, so its image is not released.",
  NOT_BUILT: "The build server did not build anything.",
  REF_NOT_FOUND: "The repository has no such tag or branch.",
  REPOSITORY_NOT_FOUND: "There is no such repository, or the platform may not read it.",
  REPOSITORY_NOT_ALLOWED: "The namespace may not use the repository.",
  RUN_LOST: "The build server lost the run, most likely in a restart.",
  ROLLOUT_FAILED: "A rollout of the app failed.",
  RELEASE_REPLACED: "Another release was put live meanwhile.",
  RELEASES_SUSPENDED: "The app was rolled back, and its releases are suspended until a person resumes them.",
  APP_RETIRED: "The app was retired.",
  PUBLICATION_CANCELLED: "The publication was cancelled before the app had the version.",
  TOO_MANY_FAILURES: "More apps failed than the publication tolerates.",
  NOT_IMPORTABLE: "The Deployment has something that no app can have.",
});

@ObjectType("ConditionEvidence", { description: "What in the cluster shows a condition." })
class ConditionEvidenceType implements ConditionEvidence {
  @Field(() => String, { description: "The name of the pod." })
  readonly pod!: string;
  @Field(() => String, {
    nullable: true,
    description: "The newest warning event of the pod, as `Reason: message`.",
  })
  readonly event?: string;
}

@ObjectType("Condition", { description: "Why something is not as desired." })
export class ConditionType implements Condition {
  @Field(() => ConditionCode, { description: "The reason, for programs." })
  readonly code!: ConditionCode;
  @Field(() => String, { description: "The reason, for people." })
  readonly message!: string;
  @Field(() => Date, {
    description:
      "When this code was first seen without interruption. A change of the message alone does not change it.",
  })
  readonly since!: string;
  @Field(() => ConditionEvidenceType, { nullable: true, description: "The pod that shows it, if a pod does." })
  readonly evidence?: ConditionEvidence;
}
