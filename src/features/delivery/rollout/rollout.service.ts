import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { IllegalState, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Policy } from "../../identity/access/policy.js";
import type { HostClaims } from "../host/host-claims.js";
import { hostsOf } from "../host/ingress-hosts.js";
import { App, scopeOf } from "../app/app.entity.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Release } from "../release/release.entity.js";
import { resetAutoDeploy } from "../app/auto-deploy.js";
import { Rollout } from "./rollout.entity.js";
import { startRollout } from "./start-rollout.js";

interface RolloutServiceDependencies {
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly claims: HostClaims;
  readonly newId: NewId;
  readonly clock: Clock;
}

/** Rolling back to an old release, and resuming automatic deployment. */
export class RolloutService {
  constructor(private readonly deps: RolloutServiceDependencies) {}

  /** Deploys an old release again, with its image, spec and objects. */
  async rollBack(
    actor: MemberActor,
    input: { toReleaseId: string; idempotencyKey?: string | null },
  ): Promise<MutationResult<Rollout>> {
    return this.deps.mutations.run(actor, { mutation: "rollBack", input }, Rollout, async (unit) => {
      const release = await unit.em.findOne(Release, input.toReleaseId);
      const app = release && (await unit.em.findOne(App, release.appId));
      if (!release || !app) throw new NotFound("release", input.toReleaseId);
      this.deps.policy.require(actor, "release:rollBack", {
        namespaceId: app.namespaceId,
        kind: "release",
        id: release.id,
      });
      if (app.phase === "RETIRED")
        throw new IllegalState("The app is retired; nothing of it can be put live.", { phase: app.phase });
      const newest = await unit.em.findOne(Rollout, { appId: app.id }, { orderBy: { id: "desc" } });
      if (newest?.releaseId === release.id && newest.phase !== "FAILED") {
        throw new IllegalState(`Release ${release.number} is the one that is live, or on its way there.`, {
          phase: newest.phase,
        });
      }
      const namespace = await unit.em.findOneOrFail(Namespace, app.namespaceId);
      const hosts = hostsOf(release.manifests);
      await this.deps.claims.require(unit.em, actor, { app, namespace }, hosts, "input.toReleaseId");
      return startRollout(unit, {
        release,
        cause: "ROLL_BACK",
        requestedBy: actor.memberId,
        newId: this.deps.newId,
        now: this.deps.clock.now(),
      });
    });
  }

  /** Resumes automatic deployment after a roll-back. */
  async resumeReleases(
    actor: MemberActor,
    input: { appId: string; idempotencyKey?: string | null },
  ): Promise<MutationResult<App>> {
    return this.deps.mutations.run(actor, { mutation: "resumeReleases", input }, App, async (unit) => {
      const app = await unit.em.findOne(App, input.appId);
      if (!app) throw new NotFound("app", input.appId);
      this.deps.policy.require(actor, "release:rollBack", scopeOf(app));
      if (!(await resetAutoDeploy(unit, app)))
        throw new IllegalState("Releases of this app are put live by themselves already.", { phase: app.phase });
      // A revision that was approved meanwhile, or just before, waits for its release.
      await unit.enqueue({ kind: "release", key: app.id });
      return app;
    });
  }
}
