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
publishEnum(PodPhase, "PodPhase", "Kubernetes' own word for what a pod is at.", {
  PENDING: "Accepted, but not all containers run yet.",
  RUNNING: "Bound to a node, and at least one container runs.",
  SUCCEEDED: "All containers ended well.",
  FAILED: "All containers ended, at least one of them badly.",
  UNKNOWN: "Its node does not answer.",
});
const ContainerPhase = { WAITING: "WAITING", RUNNING: "RUNNING", TERMINATED: "TERMINATED" } as const;
publishEnum(ContainerPhase, "ContainerPhase", "What a container is at.", {
  WAITING: "Not running yet, or again.",
  RUNNING: "Running.",
  TERMINATED: "Ended.",
});

@ObjectType("Container", { description: "A container of a pod." })
class ContainerType implements PodContainer {
  @Field(() => String, { description: "Its name in the pod." })
  readonly name!: string;
  @Field(() => String, { description: "The image it runs." })
  readonly image!: string;
  @Field(() => ContainerPhase, { description: "What it is at." })
  readonly phase!: PodContainer["phase"];
  @Field(() => Boolean, { description: "Whether it can take requests." })
  readonly ready!: boolean;
  @Field(() => Int, { description: "How often it was started again." })
  readonly restarts!: number;
  @Field(() => String, {
    nullable: true,
    description: "Why it waits or ended, in Kubernetes' word: `ImagePullBackOff`, `OOMKilled`.",
  })
  readonly reason?: string;
  @Field(() => String, { nullable: true, description: "The same, as a sentence." })
  readonly message?: string;
  @Field(() => Int, { nullable: true, description: "The exit code, once it ended." })
  readonly exitCode?: number;
  @Field(() => String, { nullable: true, description: "Why the run before this one ended." })
  readonly lastReason?: string;
  @Field(() => Int, { nullable: true, description: "The exit code of the run before this one." })
  readonly lastExitCode?: number;
}

@ObjectType("Pod", { description: "A pod of an app, as the cluster showed it last." })
export class PodType implements Omit<Pod, "namespace" | "uid" | "appId" | "releaseId"> {
  @Field(() => String, { description: "Its name." })
  readonly name!: string;
  @Field(() => PodPhase, { description: "What it is at." })
  readonly phase!: Pod["phase"];
  @Field(() => Boolean, { description: "Whether it can take requests." })
  readonly ready!: boolean;
  @Field(() => Boolean, { description: "Whether it was asked to go away." })
  readonly leaving!: boolean;
  @Field(() => String, { nullable: true, description: "The node it runs on." })
  readonly node?: string;
  @Field(() => Date, { description: "When it was created." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When its node took it." })
  readonly startedAt?: Date;
  @Field(() => String, { nullable: true, description: "Why no node takes it." })
  readonly unschedulable?: string;
  @Field(() => [ContainerType], { description: "Its containers." })
  readonly containers!: readonly PodContainer[];
}

@ObjectType("PodsChanged", { description: "All pods of an app as they were after a change." })
export class PodsChangedType {
  @Field(() => [PodType], { description: "Its pods, oldest first." })
  readonly pods!: readonly Pod[];
  @Field(() => Cursor, {
    description: "Stands for this very state. Give it as `after` to be told only when the pods are in another one.",
  })
  readonly cursor!: string;
}

@ArgsType()
export class PodsChangedArgs {
  @Field(() => ID, { description: "The app." })
  readonly app!: string;
  @Field(() => Cursor, {
    nullable: true,
    description: "Begin with the first state that is not this one; with the one of now when it is not given.",
  })
  readonly after?: string | null;
}
