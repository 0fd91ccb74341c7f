import type { Actor } from "../../../kernel/actor.js";
import type { Policy } from "../../identity/access/policy.js";
import { App } from "../../delivery/app/app.entity.js";
import type { ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { Where } from "../../foundation/where.js";
import { Variable, VariableValue } from "./variable.entity.js";
import type { EffectiveVariable, EffectiveVariables } from "./effective-variables.js";

/** Finds variables and what they hold for those who may see them. */
export class VariableReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
    private readonly inForce: EffectiveVariables,
  ) {}

  async variable(actor: Actor, id: string): Promise<Variable | null> {
    return this.readModel.one(Variable, this.declared(actor).is("id", id));
  }

  /** By name. */
  async variables(actor: Actor, { after, limit }: KeysetPage): Promise<Variable[]> {
    return this.readModel.list(Variable, this.declared(actor).after("name", ">", after), { order: "name", limit });
  }

  async countVariables(actor: Actor): Promise<number> {
    return this.readModel.count(Variable, this.declared(actor));
  }

  async value(actor: Actor, id: string): Promise<VariableValue | null> {
    return this.readModel.one(VariableValue, this.visible(actor).is("id", id));
  }

  /** Where a variable has a value, newest first. */
  async values(actor: Actor, variableId: string, slice: KeysetPage): Promise<VariableValue[]> {
    return this.readModel.newest(VariableValue, this.visible(actor).is("variable_id", variableId), slice);
  }

  async countValues(actor: Actor, variableId: string): Promise<number> {
    return this.readModel.count(VariableValue, this.visible(actor).is("variable_id", variableId));
  }

  /** What every variable holds for each of these apps. */
  async ofApps(appIds: readonly string[]): Promise<Map<string, EffectiveVariable[]>> {
    const apps = await this.readModel.byIds(App, appIds);
    const held = await this.inForce.ofPlaces(apps.map(({ id, namespaceId }) => ({ namespaceId, appId: id })));
    return new Map(apps.map(({ id }, index) => [id, held[index]!.all()]));
  }

  /** What every variable holds in each of these namespaces, for apps that have no value of their own. */
  async ofNamespaces(namespaceIds: readonly string[]): Promise<Map<string, EffectiveVariable[]>> {
    const held = await this.inForce.ofPlaces(namespaceIds.map((namespaceId) => ({ namespaceId })));
    return new Map(namespaceIds.map((id, index) => [id, held[index]!.all()]));
  }

  /** They are for nobody who may see no namespace. */
  private declared(actor: Actor): Where {
    const namespaces = this.policy.visibleNamespaces(actor);
    const where = new Where().and("deleted_at is null");
    return namespaces === "ALL" ? where : where.and("cardinality(?::text[]) > 0", namespaces);
  }

  private visible(actor: Actor): Where {
    const namespaces = this.policy.visibleNamespaces(actor);
    if (namespaces === "ALL") return new Where();
    const visible = "(namespace_id = any(?) or namespace_id is null and cardinality(?::text[]) > 0)";
    return new Where().and(visible, namespaces, namespaces);
  }
}
