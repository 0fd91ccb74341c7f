import { sql } from "kysely";
import type { Actor } from "../../../kernel/actor.js";
import type { Policy } from "../../identity/access/policy.js";
import { App } from "../../delivery/app/app.entity.js";
import type { ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { behind, inNamespacesOrNone, type Filter } from "../../foundation/filter.js";
import { Variable, VariableValue } from "./variable.entity.js";
import type { EffectiveVariable, EffectiveVariables } from "./effective-variables.js";

/** Reads variables and their values for actors who may see them. */
export class VariableReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
    private readonly effective: EffectiveVariables,
  ) {}

  async variable(actor: Actor, id: string): Promise<Variable | null> {
    return this.readModel.one(Variable, (all) => all.where("id", "=", id).$call(this.declared(actor)));
  }

  /** Sorted by name. */
  async variables(actor: Actor, { after, limit }: KeysetPage): Promise<Variable[]> {
    return this.readModel.list(Variable, (all) =>
      all.$call(this.declared(actor)).$call(behind("name", after)).orderBy("name").limit(limit),
    );
  }

  async countVariables(actor: Actor): Promise<number> {
    return this.readModel.count(Variable, this.declared(actor));
  }

  async value(actor: Actor, id: string): Promise<VariableValue | null> {
    return this.readModel.one(VariableValue, (all) => all.where("id", "=", id).$call(this.visible(actor)));
  }

  /** The values of a variable, newest first. */
  async values(actor: Actor, variableId: string, slice: KeysetPage): Promise<VariableValue[]> {
    return this.readModel.newest(VariableValue, this.valuesOf(actor, variableId), slice);
  }

  async countValues(actor: Actor, variableId: string): Promise<number> {
    return this.readModel.count(VariableValue, this.valuesOf(actor, variableId));
  }

  /** The values of all variables for each of these apps. */
  async ofApps(appIds: readonly string[]): Promise<Map<string, EffectiveVariable[]>> {
    const apps = await this.readModel.byIds(App, appIds);
    const held = await this.effective.ofScopes(apps.map(({ id, namespaceId }) => ({ namespaceId, appId: id })));
    return new Map(apps.map(({ id }, index) => [id, held[index]!.all()]));
  }

  /** The values of all variables in each of these namespaces, for apps that have no value of their own. */
  async ofNamespaces(namespaceIds: readonly string[]): Promise<Map<string, EffectiveVariable[]>> {
    const held = await this.effective.ofScopes(namespaceIds.map((namespaceId) => ({ namespaceId })));
    return new Map(namespaceIds.map((id, index) => [id, held[index]!.all()]));
  }

  /** They are for nobody who may see no namespace. */
  private declared(actor: Actor): Filter<Variable> {
    const namespaces = this.policy.visibleNamespaces(actor);
    return (all) => {
      const declared = all.where("deletedAt", "is", null);
      return namespaces === "ALL" ? declared : declared.where(sql<boolean>`cardinality(${namespaces}::text[]) > 0`);
    };
  }

  private valuesOf(actor: Actor, variableId: string): Filter<VariableValue> {
    return (all) => all.where("variableId", "=", variableId).$call(this.visible(actor));
  }

  private visible(actor: Actor): Filter<VariableValue> {
    return inNamespacesOrNone(this.policy.visibleNamespaces(actor));
  }
}
