import type { Actor } from "../../../kernel/actor.js";
import { behind, oneOf, type Filter } from "../../foundation/filter.js";
import type { ReadModel } from "../../foundation/read-model.js";
import type { Policy } from "../../identity/access/policy.js";
import { Namespace } from "./namespace.entity.js";

/** Reads namespaces for those who may see them. */
export class NamespaceReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async namespace(actor: Actor, id: string): Promise<Namespace | null> {
    return this.readModel.one(Namespace, (all) => all.where("id", "=", id).$call(this.visible(actor)));
  }

  async named(actor: Actor, name: string): Promise<Namespace | null> {
    return this.readModel.one(Namespace, (all) => all.where("name", "=", name).$call(this.visible(actor)));
  }

  /** Namespaces that the actor may see, by name. */
  async namespaces(
    actor: Actor,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Namespace[]> {
    return this.readModel.list(Namespace, (all) =>
      all.$call(this.visible(actor)).$call(behind("name", after)).orderBy("name").limit(limit),
    );
  }

  async countNamespaces(actor: Actor): Promise<number> {
    return this.readModel.count(Namespace, this.visible(actor));
  }

  private visible(actor: Actor): Filter<Namespace> {
    return oneOf("id", this.policy.visibleNamespaces(actor));
  }
}
