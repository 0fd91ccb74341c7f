import type { MemberActor } from "../../../kernel/actor.js";
import type { Policy } from "../../identity/access/policy.js";
import { AppRevision, journalSubject, type App } from "../app/app.entity.js";
import { approvedSpec, requirePrivileges } from "../app/privileges.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { resumeAutoDeploy } from "../app/auto-deploy.js";
import { Review, type ReviewDecision } from "./review.entity.js";

type Decision = Exclude<ReviewDecision, "PENDING">;

/** Records a reviewer's decision on an app under review. */
export async function decideReview(
  unit: UnitOfWork,
  actor: MemberActor,
  app: App,
  { decision, reason = null, now }: { decision: Decision; reason?: string | null; now: Date },
): Promise<void> {
  app.become(decision);
  app.rejectionReason = reason;
  const review = await unit.em.findOneOrFail(Review, { appId: app.id, decision: "PENDING" });
  review.decision = decision;
  review.reason = reason;
  review.decidedBy = actor.memberId;
  review.decidedAt = now;
  await unit.notify("app", app.id);
}

/**
 * Approves the revision under review: it is built and deployed from now on. Throws FORBIDDEN for privileges that the
 * reviewer may not grant, whoever saved them.
 */
export async function approveRevision(
  unit: UnitOfWork,
  actor: MemberActor,
  app: App,
  { policy, now }: { readonly policy: Policy; readonly now: Date },
): Promise<void> {
  const { spec } = await unit.em.findOneOrFail(AppRevision, app.revisionId);
  requirePrivileges(policy, actor, spec, await approvedSpec(unit.em, app));
  await decideReview(unit, actor, app, { decision: "APPROVED", now });
  app.approvedRevisionId = app.revisionId;
  await resumeAutoDeploy(unit, app);
  await unit.record({
    event: "app.approved",
    ...journalSubject(app),
    data: { name: app.name, revision: app.revisionNumber },
  });
  await unit.enqueue({ kind: "app", key: app.id });
}
