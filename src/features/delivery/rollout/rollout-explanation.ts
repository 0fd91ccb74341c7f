import type { Clock } from "../../../kernel/clock.js";
import { PlatformError } from "../../../kernel/errors.js";
import type { Cluster, Pod } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import { conditionAfter, type Condition } from "../../foundation/condition.js";
import type { Rollout } from "./rollout.entity.js";
import { probeFailing } from "./rollout.rules.js";

/** The events of a pod that runs are read once it has not been ready for this long: its probe may be failing. */
const unreadyMs = 3_000;

/** Explains why a rollout is stuck, from the events of its pods. */
export class RolloutExplanation {
  constructor(
    private readonly clusters: Clusters<Pick<Cluster, "events">>,
    private readonly clock: Clock,
  ) {}

  /** Adds the last warning event of the pod that shows the condition, or finds the failing probe of a pod that runs but is not ready. */
  async explain(
    condition: Condition | null,
    { releaseId, condition: former }: Rollout,
    pods: readonly Pod[],
    namespace: string,
    signal: AbortSignal,
  ): Promise<Condition | null> {
    try {
      if (condition?.evidence) {
        const { evidence } = condition;
        if (evidence.event !== undefined) return condition;
        const events = await this.clusters.of(namespace).events({ namespace, kind: "Pod", name: evidence.pod }, signal);
        // The newest warning, not the newest event: event times have whole seconds, and `Scheduled` explains nothing.
        const event = events.find(({ warning }) => warning);
        return event
          ? { ...condition, evidence: { ...evidence, event: `${event.reason}: ${event.message}` } }
          : condition;
      }
      if (condition) return condition;
      const unready = pods.find(
        (pod) => pod.releaseId === releaseId && !pod.leaving && isUnready(pod, this.clock.now()),
      );
      if (!unready) return null;
      if (former?.code === "PROBE_FAILING" && former.evidence?.pod === unready.name) return former;
      const events = await this.clusters.of(namespace).events({ namespace, kind: "Pod", name: unready.name }, signal);
      const event = events.find(({ reason }) => reason === "Unhealthy");
      return conditionAfter(former, event && probeFailing(unready, event), this.clock.now());
    } catch (error) {
      // The explanation is optional: an unavailable cluster must not fail the rollout's reconcile.
      if (error instanceof PlatformError) return condition;
      throw error;
    }
  }
}

const isUnready = (pod: Pod, now: Date): boolean =>
  pod.containers.some(({ phase, ready }) => phase === "RUNNING" && !ready) &&
  now.getTime() - (pod.startedAt ?? pod.createdAt).getTime() > unreadyMs;
