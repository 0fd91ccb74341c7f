import type { Actor } from "../../../kernel/actor.js";
import { anyOf, oneOf, type Filter } from "../../foundation/filter.js";
import type { ListOfApps, ReadModel } from "../../foundation/read-model.js";
import type { Policy } from "../../identity/access/policy.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Plan } from "./plan.entity.js";

/** Reads plans for those who may see the app. */
export class PlanReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async plan(actor: Actor, id: string): Promise<Plan | null> {
    return this.readModel.one(Plan, (plans) => plans.where("id", "=", id).$call(this.visible(actor)));
  }

  /** The plans of each app. */
  plansOf(actor: Actor): ListOfApps<Plan> {
    return this.readModel.ofApps(Plan, this.visible(actor));
  }

  /** For each of these namespaces of the cluster, whether the actor may read it; platform-wide actors may read those outside the platform too. */
  async visibleAmong(actor: Actor, names: readonly string[]): Promise<Map<string, boolean>> {
    const visible = this.policy.visibleNamespaces(actor);
    if (visible === "ALL") return new Map(names.map((name) => [name, true]));
    const found = await this.readModel.list(Namespace, (namespaces) =>
      namespaces.where("id", "=", anyOf(visible)).where("name", "=", anyOf(names)),
    );
    return new Map(names.map((name) => [name, found.some((each) => each.name === name)]));
  }

  private visible(actor: Actor): Filter<Plan> {
    return oneOf("namespaceId", this.policy.visibleNamespaces(actor));
  }
}
