import type { Clock } from "../../../kernel/clock.js";
import { PlatformError } from "../../../kernel/errors.js";
import type { Cluster, Pod } from "../../../upstreams/cluster.js";
import type { Rollout, RolloutProgress } from "./rollout.entity.js";
import { probeTrouble } from "./rollout.rules.js";

/** The events of a pod that runs are read once it has not been ready for this long: its probe may be failing. */
const unreadyMs = 3_000;

/** Explains why a rollout is stuck, from the events of its pods. */
export class RolloutExplanation {
  constructor(
    private readonly cluster: Pick<Cluster, "events">,
    private readonly clock: Clock,
  ) {}

  /** Adds the last warning event of the pod that causes trouble, or finds the failing probe of a pod that runs but is not ready. */
  async explain(
    progress: RolloutProgress,
    rollout: Rollout,
    pods: readonly Pod[],
    namespace: string,
    signal: AbortSignal,
  ): Promise<RolloutProgress> {
    const { trouble } = progress;
    try {
      if (trouble?.pod !== undefined) {
        if (trouble.lastEvent !== undefined) return progress;
        const events = await this.cluster.events({ namespace, kind: "Pod", name: trouble.pod }, signal);
        // The newest warning, not the newest event: event times have whole seconds, and `Scheduled` explains nothing.
        const event = events.find(({ warning }) => warning);
        return event
          ? { ...progress, trouble: { ...trouble, lastEvent: `${event.reason}: ${event.message}` } }
          : progress;
      }
      if (trouble) return progress;
      const unready = pods.find(
        (pod) => pod.releaseId === rollout.releaseId && !pod.leaving && isUnready(pod, this.clock.now()),
      );
      if (!unready) return progress;
      const known = rollout.progress.trouble;
      if (known?.code === "PROBE_FAILING" && known.pod === unready.name) return { ...progress, trouble: known };
      const event = (await this.cluster.events({ namespace, kind: "Pod", name: unready.name }, signal)).find(
        ({ reason }) => reason === "Unhealthy",
      );
      if (!event) return progress;
      const found = probeTrouble(unready, event.message);
      return {
        ...progress,
        trouble: { ...found, lastEvent: `${event.reason}: ${event.message}`, since: this.clock.now().toISOString() },
      };
    } catch (error) {
      // The explanation is optional: an unavailable cluster must not fail the rollout's reconcile.
      if (error instanceof PlatformError) return progress;
      throw error;
    }
  }
}

const isUnready = (pod: Pod, now: Date): boolean =>
  pod.containers.some(({ phase, ready }) => phase === "RUNNING" && !ready) &&
  now.getTime() - (pod.startedAt ?? pod.createdAt).getTime() > unreadyMs;
