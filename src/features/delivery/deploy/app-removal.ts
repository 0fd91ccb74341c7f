import { platformActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { BuildServers } from "../../../upstreams/build-servers.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import { requeueAfter, done, type ReconcileContext, type Outcome } from "../../../work/reconciler.js";
import type { ObservedCondition } from "../../foundation/condition.js";
import type { Mutations } from "../../foundation/mutations.js";
import { App, journalSubject } from "../app/app.entity.js";
import { jobOf } from "../build/build.rules.js";
import type { AppConditions } from "./app-conditions.js";
import type { AppPlacement, HostGuard } from "./host-guard.js";

interface AppRemovalDependencies {
  readonly clusters: Clusters;
  readonly buildServers: BuildServers;
  readonly hosts: HostGuard;
  readonly conditions: AppConditions;
  readonly mutations: Mutations;
  readonly clock: Clock;
}

/** Removes everything that a retired app has upstream: its objects, then its job, then its claims to hosts. */
export class AppRemoval {
  constructor(private readonly deps: AppRemovalDependencies) {}

  async remove({ app, namespace }: AppPlacement, context: ReconcileContext): Promise<Outcome> {
    if (app.removedAt) return done;
    const owner = { appId: app.id, namespace: namespace.name };
    const left = await this.deps.clusters.of(namespace.name).removeAll(owner, context.signal);
    if (left > 0) {
      await this.deps.conditions.record(app.id, terminating(left), context);
      return requeueAfter(1_000);
    }
    await this.deps.buildServers.of(app.id).removeJob(jobOf(namespace.name, app.name), context.signal);
    await context.commit(async (em) => {
      await em.nativeUpdate(App, { id: app.id }, { condition: null, removedAt: this.deps.clock.now() });
      await this.deps.hosts.freeAll(em, app);
      const unit = this.deps.mutations.unitOfWork(em, platformActor);
      await unit.record({ event: "app.removed", ...journalSubject(app), data: { name: app.name } });
      await unit.notify("app", app.id);
    });
    return done;
  }
}

const terminating = (left: number): ObservedCondition => ({
  code: "OBJECT_TERMINATING",
  message: `Kubernetes is still deleting ${left === 1 ? "one object" : `${left} objects`} of the app.`,
});
