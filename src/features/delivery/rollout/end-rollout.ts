import type { UnitOfWork } from "../../foundation/mutations.js";
import type { Rollout, RolloutPhase } from "./rollout.entity.js";
import type { JournalEventName } from "../../foundation/registry.js";

const events = {
  SUCCEEDED: "rollout.succeeded",
  FAILED: "rollout.failed",
  SUPERSEDED: "rollout.superseded",
} as const satisfies Partial<Record<RolloutPhase, JournalEventName>>;

/** Ends a rollout, with its journal event; the caller has read it in the change's transaction. */
export async function endRollout(
  unit: UnitOfWork,
  rollout: Rollout,
  phase: keyof typeof events,
  now: Date,
): Promise<void> {
  rollout.phase = phase;
  rollout.finishedAt = now;
  const { trouble } = rollout.progress;
  await unit.record({
    event: events[phase],
    subjectId: rollout.id,
    namespaceId: rollout.namespaceId,
    appId: rollout.appId,
    data: {
      number: rollout.number,
      release: rollout.releaseId,
      cause: rollout.cause,
      requestedBy: rollout.requestedBy,
      ...(phase === "FAILED" && trouble && { reason: trouble.message, code: trouble.code }),
    },
  });
  await unit.notify("rollout", rollout.id);
  await unit.notify("app", rollout.appId);
}
