import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../../kernel/actor.js";
import { InvalidInput } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import type { Allowances } from "../namespace/allowances.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import { AppRevision, type App } from "../app/app.entity.js";
import { appSpecSchema, type AppSpec } from "../app/app-spec.js";
import { Build } from "../build/build.entity.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import { checkInput } from "../../foundation/check-input.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Release } from "../release/release.entity.js";
import { findCurrentRollout } from "../rollout/find-current-rollout.js";
import { planHash, type PlanMaker } from "./plan-maker.js";
import { Plan } from "./plan.entity.js";
import { planTimeoutMs, requirePlannable, recordPlan } from "./plan-record.js";

export interface PlanReleaseInput {
  readonly appId: string;
  readonly changes?: {
    readonly spec?: unknown;
    readonly revisionId?: string | null;
    readonly buildId?: string | null;
  } | null;
  readonly idempotencyKey?: string | null;
}

interface PlanServiceDependencies {
  readonly fork: () => SqlEntityManager;
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly maker: PlanMaker;
  readonly allowances: Allowances;
  readonly claims: HostClaims;
  readonly newId: NewId;
}

/** Makes plans. */
export class PlanService {
  constructor(private readonly deps: PlanServiceDependencies) {}

  async plan(actor: MemberActor, input: PlanReleaseInput): Promise<MutationResult<Plan>> {
    const em = this.deps.fork();
    const app = await requirePlannable(em, this.deps.policy, actor, "release:plan", input.appId);
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    const { spec, revisionId } = await this.planned(em, app, input);
    const build = await this.build(em, app, input.changes?.buildId);
    const [row] = await em.execute<{ number: number }[]>(`select last_release_number as number from app where id = ?`, [
      app.id,
    ]);
    const subject = {
      spec,
      image: build?.image ?? null,
      releaseId: build ? this.deps.newId("Release") : null,
      releaseNumber: row!.number + 1,
    };
    const renderer = await this.deps.maker.renderer(em, app);
    const rendered = this.deps.maker.render(renderer, app, namespace, subject);
    const given = input.changes?.spec ? "input.changes.spec" : undefined;
    if (given) this.deps.allowances.require(namespace, spec, given);
    const path = given ? `${given}.publicHost` : "input.appId";
    await this.deps.claims.requireFree(em, actor, { app, namespace }, hostsOf(rendered.manifests), path);
    const jobHunks = await this.deps.maker.jobHunks(em, renderer, app, namespace, rendered.job);
    const owner = { appId: app.id, namespace: namespace.name };
    const signal = AbortSignal.timeout(planTimeoutMs);
    const preview = await this.deps.maker.preview(owner, { ...rendered, image: subject.image }, signal);
    const hash = planHash(subject, rendered, preview);
    return this.deps.mutations.run(actor, { mutation: "planRelease", input }, Plan, async (unit) => {
      const plan = unit.em.create(Plan, {
        id: this.deps.newId("Plan"),
        appId: app.id,
        namespaceId: app.namespaceId,
        baseRevisionId: app.approvedRevisionId ?? null,
        revisionId,
        buildId: build?.id ?? null,
        ...subject,
        ...rendered,
        jobHunks,
        objects: [...preview.objects],
        warnings: [...preview.warnings],
        hash,
        createdBy: actor.memberId,
      });
      await recordPlan(unit, app, plan, "plan.made");
      return plan;
    });
  }

  /** The spec that is planned, and the saved revision that it is of. */
  private async planned(
    em: SqlEntityManager,
    app: App,
    { changes }: PlanReleaseInput,
  ): Promise<{ readonly spec: AppSpec; readonly revisionId: string | null }> {
    if (changes?.spec && changes.revisionId)
      throw new InvalidInput([{ path: "input.changes.revisionId", message: "Give a spec or a revision, not both." }]);
    if (changes?.spec) return { spec: checkInput(appSpecSchema, changes.spec, "input.changes.spec"), revisionId: null };
    const id = changes?.revisionId ?? app.approvedRevisionId ?? app.revisionId;
    if (id !== app.revisionId && id !== app.approvedRevisionId) {
      const message =
        "Give the newest revision of the app, or the approved one; an older one's spec can be given whole.";
      throw new InvalidInput([{ path: "input.changes.revisionId", message }]);
    }
    return { spec: (await em.findOneOrFail(AppRevision, id)).spec, revisionId: id };
  }

  /** The build whose image is put live: the one that is given, that is live, or that succeeded last. */
  private async build(
    em: SqlEntityManager,
    app: App,
    id: string | null | undefined,
  ): Promise<{ readonly id: string | null; readonly image: string } | null> {
    if (id) {
      const build = await em.findOne(Build, { id, appId: app.id });
      if (build?.phase === "SUCCEEDED") return build;
      throw new InvalidInput([
        { path: "input.changes.buildId", message: "Give a build of this app that has succeeded." },
      ]);
    }
    const live = await findCurrentRollout(em, app.id);
    if (live) {
      const { buildId = null, image } = await em.findOneOrFail(Release, live.releaseId);
      return { id: buildId, image };
    }
    return em.findOne(Build, { appId: app.id, phase: "SUCCEEDED" }, { orderBy: { id: "desc" } });
  }
}
