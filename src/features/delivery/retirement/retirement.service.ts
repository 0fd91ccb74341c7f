import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import { journalSubject, App, scopeOf } from "../app/app.entity.js";
import { Build } from "../build/build.entity.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import { Review } from "../review/review.entity.js";
import { endRollout } from "../rollout/end-rollout.js";
import { Rollout } from "../rollout/rollout.entity.js";

/** Retiring apps. */
export class RetirementService {
  constructor(
    private readonly mutations: Mutations,
    private readonly policy: Policy,
    private readonly clock: Clock,
  ) {}

  /** Retires an app: its job and objects are removed, its history stays readable. `confirmName` must be the app's name. */
  async retire(
    actor: MemberActor,
    input: { id: string; confirmName: string; expectedVersion?: number | null; idempotencyKey?: string | null },
  ): Promise<MutationResult<App>> {
    return this.mutations.run(actor, { mutation: "retireApp", input }, App, async (unit) => {
      const app = await unit.em.findOne(App, input.id);
      if (!app) throw new NotFound("app", input.id);
      this.policy.require(actor, "app:retire", scopeOf(app));
      expectVersion(app, input.expectedVersion);
      if (input.confirmName !== app.name) {
        throw new InvalidInput([
          { path: "input.confirmName", message: `Type the app's name, ${app.name}, to confirm.` },
        ]);
      }
      app.become("RETIRED");
      await unit.em.nativeUpdate(
        Review,
        { appId: app.id, decision: "PENDING" },
        {
          decision: "REJECTED",
          reason: "The app was retired.",
          decidedBy: actor.memberId,
          decidedAt: this.clock.now(),
        },
      );
      const open = await unit.em.find(Build, { appId: app.id, phase: { $in: ["QUEUED", "RUNNING"] } });
      for (const build of open) {
        build.abortRequestedBy ??= actor.memberId;
        await unit.enqueue({ kind: "build", key: build.id });
      }
      const live = await unit.em.find(Rollout, { appId: app.id, phase: { $in: ["PENDING", "PROGRESSING"] } });
      for (const rollout of live) await endRollout(unit, rollout, "SUPERSEDED", this.clock.now());
      await unit.record({ event: "app.retired", ...journalSubject(app), data: { name: app.name } });
      await unit.enqueue({ kind: "app", key: app.id });
      await unit.notify("app", app.id);
      return app;
    });
  }
}
