import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { Run } from "../../../upstreams/build-server.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import { conditionAfter, type ObservedCondition } from "../../foundation/condition.js";
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
    seen: ObservedCondition | null,
    ask?: { readonly kind: WorkKind; readonly key: string },
  ): Promise<void> {
    await context.commit(async (em) => {
      const build = await em.findOneOrFail(Build, id);
      const unit = this.mutations.unitOfWork(em, platformActor);
      if (ask) await unit.enqueue(ask);
      if (!build.isOver() && this.observe(build, seen)) await unit.notify("build", id);
    });
  }

  /** Records that the run waits in the queue of the build server; `why` is the server's reason. */
  async queued(
    id: string,
    { queueId, why }: { readonly queueId: number; readonly why?: string },
    context: ReconcileContext,
  ): Promise<void> {
    await context.commit(async (em) => {
      const build = await em.findOneOrFail(Build, id);
      const seen = why === undefined ? null : ({ code: "BUILD_QUEUED", message: why } as const);
      if (!this.observe(build, seen) && build.runQueueId === queueId) return;
      build.runQueueId = queueId;
      await this.mutations.unitOfWork(em, platformActor).notify("build", id);
    });
  }

  /** Sets the condition of the build; whether it has changed. */
  private observe(build: Build, seen: ObservedCondition | null | undefined): boolean {
    const former = build.condition ?? null;
    build.condition = conditionAfter(former, seen, this.clock.now());
    return build.condition !== former;
  }

  async running(id: string, run: Run, context: ReconcileContext): Promise<void> {
    await context.commit(async (em) => {
      const build = await em.findOneOrFail(Build, id);
      if (build.phase !== "QUEUED") return;
      build.phase = "RUNNING";
      build.runNumber = run.number;
      build.runUrl = run.url;
      build.startedAt = run.startedAt;
      build.condition = null;
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
      this.observe(build, end.condition);
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
          ...(end.condition && { reason: end.condition.message, code: end.condition.code }),
        },
      });
      if (end.phase === "SUCCEEDED") await unit.enqueue({ kind: "release", key: build.appId });
      await unit.notify("build", id);
      await unit.notify("build-log", id);
      await unit.notify("app", build.appId);
    });
  }
}
