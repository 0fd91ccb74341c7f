import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import { conditionAfter, type ObservedCondition } from "../../foundation/condition.js";
import type { Mutations } from "../../foundation/mutations.js";
import { App } from "../app/app.entity.js";

/** Records why an app is not in the cluster and on the build server as it should be. */
export class AppConditions {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
  ) {}

  async record(id: string, seen: ObservedCondition, context: ReconcileContext): Promise<void> {
    await context.commit(async (em) => {
      const { condition: former } = await em.findOneOrFail(App, id);
      const condition = conditionAfter(former, seen, this.clock.now());
      if (condition === former) return;
      // Without the entity's optimistic lock: an edit that is committed meanwhile is no reason to fail.
      await em.nativeUpdate(App, { id }, { condition });
      await this.mutations.unitOfWork(em, platformActor).notify("app", id);
    });
  }
}
