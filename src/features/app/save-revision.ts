import type { MemberActor } from "../../kernel/actor.js";
import { IllegalState } from "../../kernel/errors.js";
import type { NewId } from "../../kernel/ids.js";
import type { Policy } from "../access/policy.js";
import type { Change } from "../change.js";
import { AppRevision, type App } from "./app.entity.js";
import type { AppSpec } from "./app-spec.js";
import { approvedSpec, requirePrivileges } from "./privileges.js";

/** What is being decided on stands still, and what is over does too. */
export function requireEditable({ phase }: App): void {
  if (phase === "IN_REVIEW") {
    throw new IllegalState(
      "The app is under review. Wait for the decision, or ask a reviewer to reject it, and edit then.",
      { phase },
    );
  }
  if (phase === "RETIRED") throw new IllegalState("The app is retired and cannot be edited.", { phase });
}

/** Saves a new spec; it takes effect when it was submitted and approved. Throws FORBIDDEN for privileges that the actor may not give. */
export async function saveRevision(
  change: Change,
  actor: MemberActor,
  app: App,
  spec: AppSpec,
  { policy, newId }: { readonly policy: Policy; readonly newId: NewId },
): Promise<void> {
  requirePrivileges(policy, actor, spec, await approvedSpec(change.em, app));
  app.revisionId = newId("AppRevision");
  app.revisionNumber += 1;
  const { revisionId: id, revisionNumber: number, id: appId } = app;
  change.em.create(AppRevision, { id, appId, number, spec, createdBy: actor.memberId });
}
