import { isDeepStrictEqual } from "node:util";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { PlatformError } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Cluster, Owner, Pod } from "../../../upstreams/cluster.js";
import { again, settled, type Look, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import type { UnitOfWork, Mutations } from "../../foundation/mutations.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Release } from "../release/release.entity.js";
import { endRollout } from "./end-rollout.js";
import { Rollout, type RolloutCause, type RolloutProgress } from "./rollout.entity.js";
import { judge, probeTrouble, type Verdict } from "./rollout.rules.js";
import { startRollout } from "./start-rollout.js";

/** When these fail, an older release would be no better. */
const staysWhereItIs: ReadonlySet<RolloutCause> = new Set(["AUTOMATIC_ROLL_BACK", "DRIFT_REPAIR"]);

/** A pod that runs but is not ready for this long is asked about: its probe may be failing. */
const unreadyMs = 3_000;

/** Watches one rollout until it is over. What it shows comes from the cluster's cache; only a stuck pod costs a call. */
export class RolloutReconciler implements Reconciler {
  readonly kind = "rollout";

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly cluster: Cluster,
    private readonly mutations: Mutations,
    private readonly newId: NewId,
    private readonly clock: Clock,
    private readonly graceMs: number,
  ) {}

  async reconcile(id: string, look: Look): Promise<Outcome> {
    const em = this.fork();
    const rollout = await em.findOne(Rollout, id);
    if (!rollout || rollout.isOver() || !rollout.appliedAt) return settled;
    const namespace = await em.findOneOrFail(Namespace, rollout.namespaceId);
    const owner: Owner = { appId: rollout.appId, namespace: namespace.name };
    const pods = this.cluster.pods(owner);
    const verdict = judge({
      releaseId: rollout.releaseId,
      workload: this.cluster.workload(owner),
      pods,
      before: rollout.progress,
      now: this.clock.now(),
      graceMs: this.graceMs,
    });
    const progress = await this.explain(verdict.progress, rollout, pods, namespace.name, look.signal);
    if (verdict.phase === "PROGRESSING" && isDeepStrictEqual(progress, rollout.progress)) return again(1_000);
    await look.commit(async (tx) => {
      const now = await tx.findOneOrFail(Rollout, id);
      if (now.isOver()) return;
      now.progress = progress;
      const unit = this.mutations.unitOfWork(tx, platformActor);
      await this.write(unit, now, verdict, namespace.autoRollBack);
    });
    return verdict.phase === "PROGRESSING" ? again(1_000) : settled;
  }

  private async write(unit: UnitOfWork, rollout: Rollout, verdict: Verdict, autoRollBack: boolean): Promise<void> {
    if (verdict.phase === "PROGRESSING") {
      await unit.notify("rollout", rollout.id);
      return;
    }
    await endRollout(unit, rollout, verdict.phase, this.clock.now());
    if (verdict.phase !== "FAILED" || !autoRollBack || staysWhereItIs.has(rollout.cause)) return;
    const good = await unit.em.findOne(
      Rollout,
      { appId: rollout.appId, phase: "SUCCEEDED", releaseId: { $ne: rollout.releaseId } },
      { orderBy: { id: "desc" } },
    );
    if (!good) return;
    await unit.em.flush();
    const release = await unit.em.findOneOrFail(Release, good.releaseId);
    await startRollout(unit, {
      release,
      cause: "AUTOMATIC_ROLL_BACK",
      requestedBy: null,
      newId: this.newId,
      now: this.clock.now(),
    });
  }

  /** Adds what the cluster last warned of about the culprit; and finds the failing probe of a pod that runs but is not ready. */
  private async explain(
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
        // Not simply the newest: an event's time has whole seconds, and `Scheduled` explains nothing.
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
      // The explanation is an extra: a cluster that does not answer must not stop the watch.
      if (error instanceof PlatformError) return progress;
      throw error;
    }
  }
}

const isUnready = (pod: Pod, now: Date): boolean =>
  pod.containers.some(({ phase, ready }) => phase === "RUNNING" && !ready) &&
  now.getTime() - (pod.startedAt ?? pod.createdAt).getTime() > unreadyMs;
