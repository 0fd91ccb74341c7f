import { ArgsType, Field, ID, Int, ObjectType } from "type-graphql";
import type { Pod, PodContainer } from "../../../upstreams/cluster.js";
import { Cursor, publishEnum } from "../../foundation/graphql.js";

const PodPhase = {
  PENDING: "PENDING",
  RUNNING: "RUNNING",
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  UNKNOWN: "UNKNOWN",
} as const;
publishEnum(PodPhase, "PodPhase", "The phase of a pod in Kubernetes.", {
  PENDING: "The pod is accepted, but not all containers run yet.",
  RUNNING: "The pod is bound to a node, and at least one container runs.",
  SUCCEEDED: "All containers have ended without an error.",
  FAILED: "All containers have ended, at least one with an error.",
  UNKNOWN: "The node of the pod does not answer.",
});
const ContainerPhase = { WAITING: "WAITING", RUNNING: "RUNNING", TERMINATED: "TERMINATED" } as const;
publishEnum(ContainerPhase, "ContainerPhase", "The state of a container in Kubernetes.", {
  WAITING: "The container is waiting to start or to restart.",
  RUNNING: "The container is running now.",
  TERMINATED: "The container has ended for good.",
});

@ObjectType("Container", { description: "A container in a pod of an app." })
class ContainerType implements PodContainer {
  @Field(() => String, { description: "The container's name in its pod." })
  readonly name!: string;
  @Field(() => String, { description: "The image that the container runs." })
  readonly image!: string;
  @Field(() => ContainerPhase, { description: "The container's phase: waiting, running or terminated." })
  readonly phase!: PodContainer["phase"];
  @Field(() => Boolean, { description: "Whether the readiness probe lets it receive requests." })
  readonly ready!: boolean;
  @Field(() => Int, { description: "The number of restarts of the container." })
  readonly restarts!: number;
  @Field(() => String, {
    nullable: true,
    description:
      "Why the container is waiting or has ended, as a Kubernetes reason like `ImagePullBackOff` or `OOMKilled`.",
  })
  readonly reason?: string;
  @Field(() => String, { nullable: true, description: "A sentence that explains `reason`." })
  readonly message?: string;
  @Field(() => Int, { nullable: true, description: "The exit code of the container, once it has ended." })
  readonly exitCode?: number;
  @Field(() => String, {
    nullable: true,
    description: "The Kubernetes reason why the previous run of the container ended.",
  })
  readonly lastReason?: string;
  @Field(() => Int, { nullable: true, description: "The exit code of the previous run of the container." })
  readonly lastExitCode?: number;
}

@ObjectType("Pod", { description: "A pod of an app, as last seen in the cluster." })
export class PodType implements Omit<Pod, "namespace" | "uid" | "appId" | "releaseId"> {
  @Field(() => String, { description: "The pod's name in its namespace." })
  readonly name!: string;
  @Field(() => PodPhase, { description: "The pod's phase in Kubernetes." })
  readonly phase!: Pod["phase"];
  @Field(() => Boolean, { description: "Whether the readiness probe lets it receive requests." })
  readonly ready!: boolean;
  @Field(() => Boolean, { description: "Whether the pod is terminating: it was deleted, but is not gone yet." })
  readonly leaving!: boolean;
  @Field(() => String, { nullable: true, description: "The name of the node that the pod runs on." })
  readonly node?: string;
  @Field(() => Date, { description: "When it was created." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the node accepted the pod." })
  readonly startedAt?: Date;
  @Field(() => String, { nullable: true, description: "Why the scheduler finds no node for the pod." })
  readonly unschedulable?: string;
  @Field(() => [ContainerType], { description: "The containers of the pod." })
  readonly containers!: readonly PodContainer[];
}

@ObjectType("PodsChanged", { description: "An event that carries all pods of an app after a change." })
export class PodsChangedType {
  @Field(() => [PodType], { description: "All pods of the app, oldest first." })
  readonly pods!: readonly Pod[];
  @Field(() => Cursor, {
    description: "The cursor of this state. Pass it as `after` to receive only states that differ from it.",
  })
  readonly cursor!: string;
}

@ArgsType()
export class PodsChangedArgs {
  @Field(() => ID, { description: "The id of the app." })
  readonly app!: string;
  @Field(() => Cursor, {
    nullable: true,
    description: "Begins with the first state that differs from this cursor's; with the current state when omitted.",
  })
  readonly after?: string | null;
}
