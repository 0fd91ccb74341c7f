import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor, MemberActor } from "../../../kernel/actor.js";
import { canonicalJson } from "../../../kernel/canonical-json.js";
import type { Clock } from "../../../kernel/clock.js";
import { IllegalState, NotFound, PlanStale, type PlanDifference } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Policy } from "../../identity/access/policy.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import { refuseOutsideHosts } from "../host/outside-hosts.js";
import { lockReleaseNumber, nextNumber } from "../app/app-numbers.js";
import { App, scopeOf } from "../app/app.entity.js";
import type { Revisions } from "../app/revisions.js";
import { Build } from "../build/build.entity.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { recordRelease } from "../release/record-release.js";
import { approveRevision } from "../review/decide-review.js";
import { Review } from "../review/review.entity.js";
import type { Rollout } from "../rollout/rollout.entity.js";
import { resumeAutoDeploy } from "../app/auto-deploy.js";
import { startRollout } from "../rollout/start-rollout.js";
import { differences, type ObjectPlanner } from "./object-planner.js";
import type { PlanMaker } from "./plan-maker.js";
import { planTimeoutMs, requirePlannable, recordPlan } from "./plan-record.js";
import { Plan } from "./plan.entity.js";

interface PlanApplicationDependencies {
  readonly fork: () => SqlEntityManager;
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly maker: PlanMaker;
  readonly planner: ObjectPlanner;
  readonly clusters: Clusters<Pick<Cluster, "dryRuns">>;
  readonly revisions: Revisions;
  readonly claims: HostClaims;
  readonly newId: NewId;
  readonly clock: Clock;
}

/** Applies plans: exactly the changes of the plan, or PLAN_STALE with what has changed since. */
export class PlanApplication {
  constructor(private readonly deps: PlanApplicationDependencies) {}

  /** Applies the whole plan or nothing. A spec that is not approved yet is approved with it, which needs the reviewer's permission. */
  async apply(
    actor: MemberActor,
    input: { readonly id: string; readonly idempotencyKey?: string | null },
  ): Promise<MutationResult<Plan>> {
    // Before the transaction, which must not wait for the cluster; the worker checks the cluster once more when it applies the plan.
    const live = await this.liveDifferences(actor, input.id);
    return this.deps.mutations.run(actor, { mutation: "applyPlan", input }, Plan, async (unit) => {
      const { em } = unit;
      const plan = await this.permitted(em, actor, input.id);
      const app = await requirePlannable(em, this.deps.policy, actor, "release:apply", plan.appId);
      if (!plan.revisionId || plan.revisionId !== plan.baseRevisionId)
        this.deps.policy.require(actor, "app:review", scopeOf(app));
      if (plan.appliedAt) throw new IllegalState("The plan was applied already.", { appliedAt: plan.appliedAt });
      const conditions = plan.objects.flatMap(({ condition }) => condition ?? []);
      if (conditions.length > 0) {
        const why = conditions.map(({ message }) => message).join(" ");
        throw new IllegalState(`The cluster would not take it: ${why} Change what is refused, and plan anew.`);
      }
      const namespace = await em.findOneOrFail(Namespace, plan.namespaceId);
      const stale = [...(await this.differences(em, app, namespace, plan)), ...live];
      if (stale.length > 0) throw new PlanStale(stale);
      await this.deps.claims.require(em, actor, { app, namespace }, hostsOf(plan.manifests), "input.id");
      await this.approve(unit, actor, app, plan);
      if (plan.releaseId) plan.rolloutId = (await this.release(unit, actor, app, plan)).id;
      await resumeAutoDeploy(unit, app);
      plan.appliedAt = this.deps.clock.now();
      await recordPlan(unit, app, plan, "plan.applied");
      await unit.enqueue({ kind: "app", key: app.id });
      return plan;
    });
  }

  /** The changes in the database since the plan was made, as this transaction sees them. */
  private async differences(
    em: SqlEntityManager,
    app: App,
    namespace: Namespace,
    plan: Plan,
  ): Promise<PlanDifference[]> {
    const since = (what: PlanDifference["what"], message: string, name: string | null = null): PlanDifference => ({
      what,
      name,
      message,
    });
    const found: PlanDifference[] = [];
    if ((await lockReleaseNumber(em, app.id)) !== plan.releaseNumber)
      found.push(since("RELEASE", "Another release was made."));
    if ((app.approvedRevisionId ?? null) !== (plan.baseRevisionId ?? null))
      found.push(since("SPEC", "Another revision was approved."));
    else if (
      plan.revisionId !== null &&
      plan.revisionId !== app.approvedRevisionId &&
      plan.revisionId !== app.revisionId
    )
      found.push(since("SPEC", "The app was edited."));
    const now = this.deps.maker.render(await this.deps.maker.renderer(em, app), app, namespace, plan);
    for (const [name, version] of Object.entries(now.templateVersions))
      if (plan.templateVersions[name] !== version)
        found.push(since("TEMPLATE", `Another version of the template ${name} is effective.`, name));
    const isSame = canonicalJson([now.manifests, now.job]) === canonicalJson([plan.manifests, plan.job]);
    if (!isSame && found.length === 0) found.push(since("SETTINGS", "The settings of its surroundings were changed."));
    return found;
  }

  /** The changes in the cluster since the plan was made; none for a plan that was applied already. */
  private async liveDifferences(actor: Actor, id: string): Promise<PlanDifference[]> {
    const em = this.deps.fork();
    const plan = await this.permitted(em, actor, id);
    const app = await em.findOneOrFail(App, plan.appId);
    if (plan.appliedAt || app.phase === "RETIRED") return [];
    const { name: namespace } = await em.findOneOrFail(Namespace, plan.namespaceId);
    const owner = { appId: app.id, namespace };
    const signal = AbortSignal.timeout(planTimeoutMs);
    await refuseOutsideHosts(this.deps.clusters.of(namespace).dryRuns, plan.manifests, signal);
    const { objects } = await this.deps.planner.preview(owner, plan.manifests, signal, plan.objects);
    return differences(plan.objects, objects);
  }

  /** The plan, if the actor may apply it. */
  private async permitted(em: SqlEntityManager, actor: Actor, id: string): Promise<Plan> {
    const plan = await em.findOne(Plan, id);
    if (!plan) throw new NotFound("plan", id);
    this.deps.policy.require(actor, "release:apply", { namespaceId: plan.namespaceId, kind: "plan", id });
    return plan;
  }

  private async approve(unit: UnitOfWork, actor: MemberActor, app: App, plan: Plan): Promise<void> {
    if (plan.revisionId && plan.revisionId === app.approvedRevisionId) return;
    if (!plan.revisionId) {
      if (app.phase === "IN_REVIEW")
        throw new IllegalState("Another spec of the app is under review. Decide on it first.", { phase: app.phase });
      await this.deps.revisions.save(unit, actor, { app, spec: plan.spec, at: "plan.spec" });
      plan.revisionId = app.revisionId;
      await unit.em.flush();
    } else await this.deps.revisions.requireAllowed(unit, actor, { app, spec: plan.spec, at: "plan.spec" });
    if (app.phase !== "IN_REVIEW") {
      app.become("IN_REVIEW");
      const { id: appId, revisionId } = app;
      unit.em.create(Review, { id: this.deps.newId("Review"), appId, revisionId, submittedBy: actor.memberId });
    }
    await unit.em.flush();
    await approveRevision(unit, actor, app, { policy: this.deps.policy, now: this.deps.clock.now() });
  }

  private async release(unit: UnitOfWork, actor: MemberActor, app: App, plan: Plan): Promise<Rollout> {
    const build = plan.buildId ? await unit.em.findOneOrFail(Build, plan.buildId) : null;
    const number = await nextNumber(unit.em, app.id, "release");
    const { releaseId: id, revisionId, image, templateVersions, manifests } = plan;
    const content = { id: id!, number, revisionId: revisionId!, image: image!, templateVersions, manifests };
    const release = await recordRelease(unit, app, build, content);
    const begun = {
      cause: "PLAN",
      requestedBy: actor.memberId,
      newId: this.deps.newId,
      now: this.deps.clock.now(),
    } as const;
    const rollout = await startRollout(unit, { release, ...begun });
    await unit.em.flush();
    return rollout;
  }
}
