import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { PlainValue } from "../../../rendering/plain-value.js";
import { RenderingError } from "../../../rendering/rendering-error.js";
import { sealedText } from "../../../rendering/sealed-text.js";
import type { CompiledTemplate } from "../../../rendering/template.js";
import { variableUses, type DeclaredVariable } from "../../../rendering/template-variables.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { anyOf } from "../../foundation/filter.js";
import { levelOfValue, Variable, VariableValue, type VariableLevel } from "./variable.entity.js";

/** The app or the namespace whose values are looked up. */
export interface VariableScope {
  readonly namespaceId: string;
  readonly appId?: string;
}

/** A variable for one app or namespace: its value is the first of the chain, or its default. */
export interface EffectiveVariable {
  readonly variable: Variable;
  readonly chain: readonly VariableValue[];
}

const narrowToWide: readonly VariableLevel[] = ["APP", "NAMESPACE", "PLATFORM"];

/** The values of all variables for one app or namespace. */
export class VariableSet {
  constructor(
    private readonly declared: ReadonlyMap<string, Variable>,
    private readonly values: ReadonlyMap<string, readonly VariableValue[]>,
    private readonly scope: VariableScope,
  ) {}

  all(): EffectiveVariable[] {
    return [...this.declared.values()].map((variable) => this.held(variable));
  }

  /** The variables that this template uses. Throws when a required one has no value. */
  valuesFor(template: CompiledTemplate): Readonly<Record<string, PlainValue>> {
    const seen: Record<string, PlainValue> = {};
    for (const { name, place } of variableUses(template)) {
      const variable = this.declared.get(name);
      if (!variable || Object.hasOwn(seen, name)) continue;
      seen[name] = contentOf(this.held(variable));
      if (variable.isRequired && seen[name] === null)
        throw new RenderingError(
          place,
          `"variables.${name}" has no value here. Set it for the app, its namespace or the platform.`,
        );
    }
    return seen;
  }

  private held(variable: Variable): EffectiveVariable {
    const { namespaceId, appId } = this.scope;
    const chain = (this.values.get(variable.id) ?? [])
      .filter((value) => value.namespaceId === null || value.namespaceId === namespaceId)
      .filter((value) => value.appId === null || value.appId === appId)
      .sort((a, b) => narrowToWide.indexOf(levelOfValue(a)) - narrowToWide.indexOf(levelOfValue(b)));
    return { variable, chain };
  }
}

function contentOf({ variable, chain: [value] }: EffectiveVariable): PlainValue {
  if (!value) return variable.defaultContent?.is ?? null;
  return value.sealed ? sealedText(variable.id, value.sealed) : value.content!.is;
}

/** Finds the effective values of variables: an app's own before its namespace's, that before the platform's, and the default last. */
export class EffectiveVariables {
  constructor(private readonly readModel: ReadModel) {}

  /** As the transaction sees them. */
  async of(em: SqlEntityManager, scope: VariableScope): Promise<VariableSet> {
    const variables = await em.find(Variable, { deletedAt: null }, { orderBy: { name: "asc" } });
    const values =
      variables.length === 0
        ? []
        : await em.find(VariableValue, {
            $and: [
              { $or: [{ namespaceId: null }, { namespaceId: scope.namespaceId }] },
              { $or: [{ appId: null }, { appId: scope.appId ?? null }] },
            ],
          });
    return at(scope, variables, values);
  }

  /** For several apps or namespaces, in as many statements as for one. */
  async ofScopes(scopes: readonly VariableScope[]): Promise<VariableSet[]> {
    const namespaceIds = [...new Set(scopes.map(({ namespaceId }) => namespaceId))];
    const appIds = [...new Set(scopes.flatMap(({ appId }) => appId ?? []))];
    const [variables, values] = await Promise.all([
      this.variables(),
      this.readModel.list(VariableValue, (all) =>
        all
          .where((value) => value("namespaceId", "is", null).or("namespaceId", "=", anyOf(namespaceIds)))
          .where((value) => value("appId", "is", null).or("appId", "=", anyOf(appIds)))
          .orderBy("id"),
      ),
    ]);
    return scopes.map((place) => at(place, variables, values));
  }

  /** All variables that templates can use now. */
  async declared(): Promise<DeclaredVariable[]> {
    return (await this.variables()).map((variable) => variable.declared());
  }

  private variables(): Promise<Variable[]> {
    return this.readModel.list(Variable, (all) => all.where("deletedAt", "is", null).orderBy("name"));
  }
}

/** All variables that templates can use, as the transaction sees them. */
export async function declaredVariables(em: SqlEntityManager): Promise<DeclaredVariable[]> {
  const variables = await em.find(Variable, { deletedAt: null }, { orderBy: { name: "asc" } });
  return variables.map((variable) => variable.declared());
}

/** The same, locked until the transaction ends. */
export async function lockDeclaredVariables(em: SqlEntityManager): Promise<DeclaredVariable[]> {
  await em.execute(`select id from variable where deleted_at is null for share`);
  return declaredVariables(em);
}

function at(scope: VariableScope, variables: readonly Variable[], values: readonly VariableValue[]): VariableSet {
  return new VariableSet(
    new Map(variables.map((variable) => [variable.name, variable])),
    Map.groupBy(values, ({ variableId }) => variableId),
    scope,
  );
}
