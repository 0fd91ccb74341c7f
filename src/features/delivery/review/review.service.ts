import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { IllegalState, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import type { Allowances } from "../namespace/allowances.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import type { AppManifests } from "../app/app-manifests.js";
import { journalSubject, App, AppRevision, scopeOf } from "../app/app.entity.js";
import type { Revisions } from "../app/revisions.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { checkInput } from "../../foundation/check-input.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { approveRevision, decideReview } from "./decide-review.js";
import { Review, type ReviewDecision } from "./review.entity.js";

const rejection = z.object({
  reason: z
    .string()
    .trim()
    .min(1, "Say why, so that the team knows what to change.")
    .max(2_000, "At most 2000 characters."),
});

/** The app that is submitted or decided on. */
interface ReviewInput {
  readonly id: string;
  readonly expectedVersion?: number | null;
  readonly idempotencyKey?: string | null;
}

interface ReviewServiceDependencies {
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly manifests: AppManifests;
  readonly allowances: Allowances;
  readonly claims: HostClaims;
  readonly revisions: Revisions;
  readonly newId: NewId;
  readonly clock: Clock;
}

/** Submitting an app to the reviewers, and their decisions. */
export class ReviewService {
  constructor(private readonly deps: ReviewServiceDependencies) {}

  /** Submits the newest revision to the reviewers. */
  async submit(actor: MemberActor, input: ReviewInput): Promise<MutationResult<App>> {
    return this.deps.mutations.run(actor, { mutation: "submitApp", input }, App, async (unit) => {
      const app = await unit.em.findOne(App, input.id);
      if (!app) throw new NotFound("app", input.id);
      this.deps.policy.require(actor, "app:submit", scopeOf(app));
      expectVersion(app, input.expectedVersion);
      if (app.approvedRevisionId === app.revisionId) {
        throw new IllegalState("This revision is approved already; edit the app first.", { phase: app.phase });
      }
      const { spec } = await unit.em.findOneOrFail(AppRevision, app.revisionId);
      await this.deps.revisions.requireAllowed(unit, actor, { app, spec, at: "spec" });
      app.become("IN_REVIEW");
      app.rejectionReason = null;
      unit.em.create(Review, {
        id: this.deps.newId("Review"),
        appId: app.id,
        revisionId: app.revisionId,
        submittedBy: actor.memberId,
      });
      await unit.record({
        event: "app.submitted",
        ...journalSubject(app),
        data: { name: app.name, revision: app.revisionNumber },
      });
      await unit.notify("app", app.id);
      return app;
    });
  }

  /** Approves the app. The change, its journal event and the follow-up work are one commit; the worker changes the upstreams. */
  async approve(actor: MemberActor, input: ReviewInput): Promise<MutationResult<App>> {
    return this.deps.mutations.run(actor, { mutation: "approveApp", input }, App, async (unit) => {
      const app = await this.appUnderReview(unit, actor, input, "APPROVED");
      await this.requireRenderable(unit.em, actor, app);
      await approveRevision(unit, actor, app, { policy: this.deps.policy, now: this.deps.clock.now() });
      // The live image is released again with the new revision; without a release there is nothing to do.
      await unit.enqueue({ kind: "release", key: app.id });
      return app;
    });
  }

  /** Rejects the app; its spec stays as it is. */
  async reject(actor: MemberActor, input: ReviewInput & { readonly reason: string }): Promise<MutationResult<App>> {
    return this.deps.mutations.run(actor, { mutation: "rejectApp", input }, App, async (unit) => {
      const app = await this.appUnderReview(unit, actor, input, "REJECTED");
      const { reason } = checkInput(rejection, input);
      await decideReview(unit, actor, app, { decision: "REJECTED", reason, now: this.deps.clock.now() });
      await unit.record({
        event: "app.rejected",
        ...journalSubject(app),
        data: { name: app.name, revision: app.revisionNumber, reason: app.rejectionReason },
      });
      return app;
    });
  }

  /** Refuses an app that cannot be rendered or applied, for example because a variable has no value, or a host is taken. */
  private async requireRenderable(em: SqlEntityManager, actor: MemberActor, app: App): Promise<void> {
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    const { spec } = await em.findOneOrFail(AppRevision, app.revisionId);
    const renderer = await this.deps.manifests.of(em, app);
    const manifests = renderer.all(app, namespace, spec);
    renderer.job(app, namespace, spec);
    this.deps.allowances.require(namespace, spec, "spec");
    await this.deps.claims.require(em, actor, { app, namespace }, hostsOf(manifests), "spec.publicHost");
  }

  /** The app under review, if the actor may decide on it. */
  private async appUnderReview(
    unit: UnitOfWork,
    actor: MemberActor,
    { id, expectedVersion }: ReviewInput,
    decision: ReviewDecision,
  ): Promise<App> {
    const app = await unit.em.findOne(App, id);
    if (!app) throw new NotFound("app", id);
    this.deps.policy.require(actor, "app:review", scopeOf(app));
    expectVersion(app, expectedVersion);
    if (app.phase !== "IN_REVIEW") throw IllegalState.transition("app", app.phase, decision);
    return app;
  }
}
