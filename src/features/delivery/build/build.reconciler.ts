import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "../../../kernel/clock.js";
import { UpstreamRejected, UpstreamUnavailable } from "../../../kernel/errors.js";
import type { RunHandle, RunState } from "../../../upstreams/build-server.js";
import type { BuildServers } from "../../../upstreams/build-servers.js";
import type { SourceHosts } from "../../../upstreams/source-hosts.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import { conditionOf, type ObservedCondition } from "../../foundation/condition.js";
import type { Allowances } from "../namespace/allowances.js";
import { App, AppRevision } from "../app/app.entity.js";
import type { AppSpec } from "../app/app-spec.js";
import { Namespace } from "../namespace/namespace.entity.js";
import type { BuildRecord, RunSpan } from "./build-record.js";
import { Build } from "./build.entity.js";
import { endOf, failed, jobOf, pollIntervalMs, type BuildEnd } from "./build.rules.js";
import type { ConsoleRecorder } from "./console-recorder.js";

/** The time after which the log of an ended run is closed, although Jenkins has not marked it as complete. */
const logGraceMs = 30_000;
/** The interval between a complete console and the end of its run. */
const completeLogMs = 20;

const waitingForJob = {
  code: "WAITING_FOR_JOB",
  message: "The job is being created on the build server.",
} as const satisfies ObservedCondition;

/** The polling state of a running build. */
interface PollState {
  /** The number of consecutive polls without new output. */
  readonly quietPolls: number;
  /** When the next poll is due, on the monotonic clock: a late poll does not delay the ones after it. */
  readonly dueAt: number;
}

interface BuildReconcilerDependencies {
  readonly fork: () => SqlEntityManager;
  readonly buildServers: BuildServers;
  readonly sourceHosts: SourceHosts;
  readonly recorder: ConsoleRecorder;
  readonly record: BuildRecord;
  readonly allowances: Allowances;
  readonly clock: Clock;
}

/** Takes one build from its ref to a commit, to a run, to its result. May be repeated at any point. */
export class BuildReconciler implements Reconciler {
  readonly kind = "build";
  readonly resync = `select id from build where phase in ('QUEUED', 'RUNNING')`;
  private readonly polls = new Map<string, PollState>();

  constructor(private readonly deps: BuildReconcilerDependencies) {}

  async reconcile(id: string, context: ReconcileContext): Promise<Outcome> {
    const em = this.deps.fork();
    const build = await em.findOne(Build, id);
    if (!build || (build.isOver() && build.logComplete)) return this.settle(id);
    try {
      const app = await em.findOneOrFail(App, build.appId);
      const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
      const job = jobOf(namespace.name, app.name);
      if (build.runNumber !== null) return await this.followRun(build, job, context);
      return await this.startRun(em, build, namespace, context);
    } catch (error) {
      if (error instanceof UpstreamUnavailable) await this.deps.record.waiting(build.id, context, conditionOf(error)!);
      throw error;
    }
  }

  /** Before the run has a number: pins the commit, finds the run, or starts it. */
  private async startRun(
    em: SqlEntityManager,
    build: Build,
    namespace: Namespace,
    context: ReconcileContext,
  ): Promise<Outcome> {
    const { name: app } = await em.findOneOrFail(App, build.appId);
    const job = jobOf(namespace.name, app);
    const handle: RunHandle = {
      job,
      buildId: build.id,
      ...(build.runQueueId !== null && { queueId: build.runQueueId }),
    };
    if (build.abortRequestedBy !== null) {
      const state =
        build.commit === null
          ? ({ phase: "ABSENT" } as const)
          : await this.deps.buildServers.of(build.appId).run(handle, context.signal);
      if (state.phase === "ABSENT" || state.phase === "LOST") return this.end(build, endOf.CANCELLED, context);
      await this.deps.buildServers.of(build.appId).stop(handle, context.signal);
      return this.recordState(build, await this.deps.buildServers.of(build.appId).run(handle, context.signal), context);
    }
    const { spec } = await em.findOneOrFail(AppRevision, build.revisionId);
    // The allowances may have changed since the build was started, and while the source host was called.
    const refused = async (): Promise<Outcome | undefined> => {
      await em.refresh(namespace);
      const problem = this.deps.allowances.repositoryProblem(namespace, spec.repository);
      return problem === undefined ? undefined : this.end(build, failed("REPOSITORY_NOT_ALLOWED", problem), context);
    };
    const before = await refused();
    if (before) return before;
    const commit = build.commit ?? (await this.pinCommit(build, spec, context));
    if (commit === undefined) return done;
    const meanwhile = await refused();
    if (meanwhile) return meanwhile;
    try {
      const state = await this.deps.buildServers.of(build.appId).ensureRun(
        {
          job,
          buildId: build.id,
          parameters: {
            IMAGE: build.image,
            REF: `refs/${build.refKind === "TAG" ? "tags" : "heads"}/${build.refName}`,
            COMMIT: commit,
            BUILD_ARGS: build.parameters.map(({ name, value }) => `${name}=${value}`).join("\n"),
          },
        },
        context.signal,
      );
      return await this.recordState(build, state, context);
    } catch (error) {
      if (!(error instanceof UpstreamRejected)) throw error;
      if (error.status !== 404) return this.end(build, failed("UPSTREAM_REJECTED", error.message), context);
      // The job does not exist yet: the app reconciler creates it.
      await this.deps.record.waiting(build.id, context, waitingForJob, {
        kind: "app",
        key: build.appId,
      });
      return requeueAfter(1_000);
    }
  }

  /** Pins the commit that the ref points at now; later changes of the ref have no effect on the build. */
  private async pinCommit(build: Build, spec: AppSpec, context: ReconcileContext): Promise<string | undefined> {
    try {
      const ref = await this.deps.sourceHosts
        .of(spec.repository)
        .ref(spec.repository, { kind: build.refKind, name: build.refName }, context.signal);
      if (!ref) {
        const message = `${spec.repository.path} has no ${build.refKind.toLowerCase()} ${build.refName}.`;
        await this.end(build, failed("REF_NOT_FOUND", message), context);
        return undefined;
      }
      await context.commit((tx) => tx.nativeUpdate(Build, { id: build.id, commit: null }, { commit: ref.commit }));
      return ref.commit;
    } catch (error) {
      if (!(error instanceof UpstreamRejected)) throw error;
      await this.end(build, failed("REPOSITORY_NOT_FOUND", error.message), context);
      return undefined;
    }
  }

  /** After the run has a number: copies the console, and checks whether the run is over. */
  private async followRun(build: Build, job: string, context: ReconcileContext): Promise<Outcome> {
    const handle: RunHandle = {
      job,
      buildId: build.id,
      number: build.runNumber!,
      ...(build.runQueueId !== null && { queueId: build.runQueueId }),
    };
    const { quietPolls, dueAt } = this.polls.get(build.id) ?? {
      quietPolls: 0,
      dueAt: Number.POSITIVE_INFINITY,
    };
    const beganAt = Math.min(performance.now(), dueAt);
    // The run is read before its console: a console that is read after the end of the run is complete.
    const state = await this.deps.buildServers.of(build.appId).run(handle, context.signal);
    if (build.abortRequestedBy !== null && state.phase === "RUNNING")
      await this.deps.buildServers.of(build.appId).stop(handle, context.signal);
    if (state.phase === "LOST" || state.phase === "ABSENT") {
      return this.end(build, build.abortRequestedBy ? endOf.CANCELLED : endOf.LOST, context);
    }
    const recording = await this.deps.recorder.record(build, job, build.runNumber!, context);
    if (state.phase === "OVER") {
      const overSinceMs = this.deps.clock.now().getTime() - (state.startedAt.getTime() + state.durationMs);
      if (recording.complete || recording.lost || overSinceMs > logGraceMs)
        return this.end(build, endOf[state.result], context, state);
    } else if (build.phase !== "RUNNING") {
      await this.recordState(build, state, context);
    } else if (build.condition) {
      await this.deps.record.waiting(build.id, context, null);
    }
    const quiet = recording.newBytes > 0 ? 0 : quietPolls + 1;
    const nextMs = pollIntervalMs(recording.newBytes, quiet, performance.now() - beganAt);
    this.polls.set(build.id, { quietPolls: quiet, dueAt: performance.now() + nextMs });
    // A complete console means that the run ends at this moment.
    return requeueAfter(recording.complete ? completeLogMs : nextMs);
  }

  /** Records the state of the run. */
  private async recordState(build: Build, state: RunState, context: ReconcileContext): Promise<Outcome> {
    switch (state.phase) {
      case "ABSENT":
        return requeueAfter(1_000);
      case "LOST":
        return this.end(build, endOf.LOST, context);
      case "CANCELLED":
        return this.end(build, endOf.CANCELLED, context);
      case "QUEUED":
        await this.deps.record.queued(build.id, state, context);
        return requeueAfter(500);
      case "RUNNING":
      case "OVER":
        await this.deps.record.running(build.id, state, context);
        return requeueAfter(0);
    }
  }

  private async end(build: Build, end: BuildEnd, context: ReconcileContext, run?: RunSpan): Promise<Outcome> {
    await this.deps.record.end(build.id, end, context, run);
    return this.settle(build.id);
  }

  private settle(id: string): Outcome {
    this.polls.delete(id);
    return done;
  }
}
