import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { Run } from "../../../upstreams/build-server.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import type { Mutations } from "../../foundation/mutations.js";
import { Build } from "./build.entity.js";
import type { BuildEnd } from "./build.rules.js";
import type { JournalEventName, WorkKind } from "../../foundation/registry.js";

const endEvents = {
  SUCCEEDED: "build.succeeded",
  FAILED: "build.failed",
  ABORTED: "build.aborted",
} as const satisfies Record<BuildEnd["phase"], JournalEventName>;

/** The start and the duration of a run. */
export interface RunSpan {
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Records the progress of a build: each step once, with its journal event and follow-up work, in one commit. */
export class BuildRecord {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
  ) {}

  /** Records what the build waits for, or null; `ask` is the work that can end the wait. */
  async waiting(
    id: string,
    context: ReconcileContext,
    waitingFor: string | null,
    ask?: { readonly kind: WorkKind; readonly key: string },
  ): Promise<void> {
    await context.commit(async (em) => {
      const build = await em.findOneOrFail(Build, id);
      const unit = this.mutations.unitOfWork(em, platformActor);
      if (ask) await unit.enqueue(ask);
      if (build.isOver() || build.waitingFor === waitingFor) return;
      build.waitingFor = waitingFor;
      await unit.notify("build", id);
    });
  }

  async queued(id: string, queueId: number, waitingFor: string | null, context: ReconcileContext): Promise<void> {
    await context.commit(async (em) => {
      const build = await em.findOneOrFail(Build, id);
      if (build.runQueueId === queueId && build.waitingFor === waitingFor) return;
      build.runQueueId = queueId;
      build.waitingFor = waitingFor;
      await this.mutations.unitOfWork(em, platformActor).notify("build", id);
    });
  }

  async running(id: string, run: Run, context: ReconcileContext): Promise<void> {
    await context.commit(async (em) => {
      const build = await em.findOneOrFail(Build, id);
      if (build.phase !== "QUEUED") return;
      build.phase = "RUNNING";
      build.runNumber = run.number;
      build.runUrl = run.url;
      build.startedAt = run.startedAt;
      build.waitingFor = null;
      const unit = this.mutations.unitOfWork(em, platformActor);
      await unit.record({
        event: "build.running",
        subjectId: id,
        namespaceId: build.namespaceId,
        appId: build.appId,
        data: { number: build.number, run: run.number },
      });
      await unit.notify("build", id);
      await unit.notify("app", build.appId);
    });
  }

  /** Records the end; a success enqueues the release. Without a run, the build ended now. */
  async end(id: string, end: BuildEnd, context: ReconcileContext, run?: RunSpan): Promise<void> {
    await context.commit(async (em) => {
      const build = await em.findOneOrFail(Build, id);
      if (build.isOver()) return;
      build.phase = end.phase;
      build.failureCode = end.failureCode ?? null;
      build.failureMessage = end.failureMessage ?? null;
      build.waitingFor = null;
      build.logComplete = true;
      build.finishedAt = run ? new Date(run.startedAt.getTime() + run.durationMs) : this.clock.now();
      const unit = this.mutations.unitOfWork(em, platformActor);
      await unit.record({
        event: endEvents[end.phase],
        subjectId: id,
        namespaceId: build.namespaceId,
        appId: build.appId,
        data: {
          number: build.number,
          ref: build.refName,
          image: build.image,
          requestedBy: build.requestedBy,
          ...(end.failureMessage && { reason: end.failureMessage }),
        },
      });
      if (end.phase === "SUCCEEDED") await unit.enqueue({ kind: "release", key: build.appId });
      await unit.notify("build", id);
      await unit.notify("build-log", id);
      await unit.notify("app", build.appId);
    });
  }
}
