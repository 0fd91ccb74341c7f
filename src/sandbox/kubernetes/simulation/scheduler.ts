import { quantity } from "../quantity.js";
import type { Pod } from "../workload-types.js";
import { type ClusterView, byKey, keyOf } from "./cluster-view.js";
import { fateOf } from "./container-fates.js";
import { withCondition } from "./pod-status.js";
import { ReconcileLoop } from "./reconcile-loop.js";

/** The only node, and its capacity. */
export const nodeName = "sandbox-1";
export const allocatable = { cpu: "64", memory: "256Gi", pods: "2000", "ephemeral-storage": "1Ti" } as const;

const bindsAfterMs = 50;

/** Simulates the scheduler: binds each new pod to the node, or records why it does not fit. */
export class Scheduler {
  private readonly loop: ReconcileLoop;

  constructor(private readonly cluster: ClusterView) {
    this.loop = new ReconcileLoop(cluster.timers, (key) => this.schedule(key));
  }

  see(pod: Pod, isGone: boolean): void {
    if (isGone) for (const waiting of this.cluster.store.list("Pod").filter(isUnbound)) this.loop.touch(keyOf(waiting));
    // Its own write comes back as a change; only an unscheduled pod is new.
    else if (isUnbound(pod) && !pod.status.conditions?.some(({ type }) => type === "PodScheduled"))
      this.loop.touch(keyOf(pod), bindsAfterMs * this.cluster.pace);
  }

  private schedule(key: string): void {
    const pod = byKey(this.cluster.store, "Pod", key);
    if (!pod || !isUnbound(pod)) return;
    const obstacles = this.obstacles(pod);
    if (obstacles.length > 0) return this.refuse(pod, obstacles);
    const conditions = withCondition(pod.status.conditions, {
      type: "PodScheduled",
      status: "True",
      lastProbeTime: null,
    });
    this.cluster.writer.update(
      pod,
      (now) => ({ ...now, spec: { ...now.spec, nodeName }, status: { ...now.status, conditions } }),
      { manager: "kube-scheduler", subresource: "binding" },
    );
    this.cluster.events.record(pod, {
      reason: "Scheduled",
      message: `Successfully assigned ${key} to ${nodeName}`,
      component: "default-scheduler",
    });
  }

  private refuse(pod: Pod, obstacles: readonly string[]): void {
    const reasons = obstacles.map((obstacle) => `1 ${obstacle}`).join(", ");
    const message = `0/1 nodes are available: ${reasons}. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.`;
    const conditions = withCondition(pod.status.conditions, {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastProbeTime: null,
    });
    this.cluster.writer.update(pod, (now) => ({ ...now, status: { ...now.status, conditions } }), {
      manager: "kube-scheduler",
      subresource: "status",
    });
    this.cluster.events.record(pod, {
      reason: "FailedScheduling",
      message,
      type: "Warning",
      component: "default-scheduler",
    });
  }

  private obstacles(pod: Pod): string[] {
    if (pod.spec.containers.some((container) => fateOf(pod, container) === "unschedulable"))
      return ["node(s) didn't match Pod's node affinity/selector"];
    const bound = this.cluster.store
      .list("Pod")
      .filter((other) => other.spec.nodeName !== undefined && !["Succeeded", "Failed"].includes(other.status.phase));
    const asked = (of: Pod, resource: "cpu" | "memory"): number =>
      of.spec.containers.reduce((sum, { resources }) => sum + (quantity(resources?.requests?.[resource]) ?? 0), 0);
    return (["cpu", "memory"] as const)
      .filter((resource) => {
        const taken = bound.reduce((sum, other) => sum + asked(other, resource), 0);
        return asked(pod, resource) > 0 && taken + asked(pod, resource) > (quantity(allocatable[resource]) ?? 0);
      })
      .map((resource) => `Insufficient ${resource}`);
  }
}

const isUnbound = (pod: Pod): boolean =>
  pod.spec.nodeName === undefined && pod.metadata.deletionTimestamp === undefined;
