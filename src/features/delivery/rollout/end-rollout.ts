import type { UnitOfWork } from "../../foundation/unit-of-work.js";
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
  // The condition of a failed rollout says why; otherwise what it said is over.
  if (phase !== "FAILED") rollout.condition = null;
  const { condition } = rollout;
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
      ...(condition && { reason: condition.message, code: condition.code }),
    },
  });
  await unit.notify("rollout", rollout.id);
  await unit.notify("app", rollout.appId);
}
