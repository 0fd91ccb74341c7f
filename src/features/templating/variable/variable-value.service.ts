import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import type { Policy } from "../../identity/access/policy.js";
import { App, scopeOf } from "../../delivery/app/app.entity.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { levelOfValue, Variable, VariableValue, type Reach } from "./variable.entity.js";
import { problemOf } from "./variable.rules.js";
import { assertRequiredValues, templatesThatUse } from "./variable-uses.js";
import { enqueueUsers, contentOf, readValue, lockVariable } from "./variable-value.js";
import type { JournalEventName } from "../../foundation/registry.js";

/** The variable, and the namespace or app; without either, everyone. */
export interface VariablePlaceInput {
  readonly variableId: string;
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly idempotencyKey?: string | null;
}

/** Sets and removes the values of variables. */
export class VariableValueService {
  constructor(
    private readonly mutations: Mutations,
    private readonly policy: Policy,
    private readonly cipher: SecretCipher,
    private readonly newId: NewId,
  ) {}

  /** Sets a variable's value for everyone, one namespace or one app. Live apps follow with their next release. */
  async set(
    actor: MemberActor,
    input: VariablePlaceInput & { readonly value: unknown },
  ): Promise<MutationResult<Variable>> {
    return this.mutations.run(actor, { mutation: "setVariable", input }, Variable, async (unit) => {
      const { variable, place, value } = await this.found(unit.em, actor, input);
      const problem = problemOf(variable.declared(), input.value);
      if (problem !== undefined) throw new InvalidInput([{ path: "input.value", message: problem }]);
      const before = value && readValue(value, this.cipher);
      if (before === undefined || JSON.stringify(before) !== JSON.stringify(input.value)) {
        const held = variable.isSecret
          ? { content: null, sealed: this.cipher.encrypt(input.value as string, variable.id) }
          : { content: contentOf(input.value), sealed: null };
        const by = { setBy: actor.memberId, setAt: new Date() };
        if (value) Object.assign(value, held, by);
        else
          unit.em.create(VariableValue, {
            id: this.newId("VariableValue"),
            variableId: variable.id,
            ...place,
            ...held,
            ...by,
          });
        await this.record(unit, variable, place, "variable.set", { before: before ?? null, after: input.value });
        await enqueueUsers(unit, variable, place);
      }
      return variable;
    });
  }

  /** Removes a value; the wider level's value counts again. */
  async unset(actor: MemberActor, input: VariablePlaceInput): Promise<MutationResult<Variable>> {
    return this.mutations.run(actor, { mutation: "unsetVariable", input }, Variable, async (unit) => {
      const { variable, place, value } = await this.found(unit.em, actor, input);
      if (!value) throw new NotFound("value of the variable", variable.name);
      await unit.em.remove(value).flush();
      for (const each of await templatesThatUse(unit.em, variable.name, place))
        await assertRequiredValues(unit.em, [variable.name], { ...place, kind: each.kind });
      await this.record(unit, variable, place, "variable.unset", { before: readValue(value, this.cipher) });
      await enqueueUsers(unit, variable, place);
      return variable;
    });
  }

  private async found(em: SqlEntityManager, actor: MemberActor, input: VariablePlaceInput) {
    const place = await this.place(em, actor, input);
    const variable = await lockVariable(em, input.variableId);
    const value = await em.findOne(VariableValue, { variableId: variable.id, ...place });
    return { variable, place, value };
  }

  /** The level of the value, if the actor may set values there. */
  private async place(
    em: SqlEntityManager,
    actor: MemberActor,
    { namespaceId = null, appId = null }: VariablePlaceInput,
  ): Promise<Reach> {
    if (appId) {
      const app = await em.findOne(App, appId);
      if (!app) throw new NotFound("app", appId);
      this.policy.require(actor, "app:update", scopeOf(app));
      if (namespaceId && namespaceId !== app.namespaceId)
        throw new InvalidInput([{ path: "input.namespaceId", message: "The app is in another namespace." }]);
      return { namespaceId: app.namespaceId, appId };
    }
    if (!namespaceId) this.policy.require(actor, "template:manage");
    else {
      if (!(await em.findOne(Namespace, namespaceId))) throw new NotFound("namespace", namespaceId);
      this.policy.require(actor, "namespace:update", { namespaceId, kind: "namespace", id: namespaceId });
    }
    return { namespaceId, appId: null };
  }

  private async record(
    unit: UnitOfWork,
    variable: Variable,
    place: Reach,
    event: JournalEventName,
    values: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { id: subjectId, name, isSecret } = variable;
    const level = levelOfValue(place);
    await unit.record({ event, subjectId, ...place, data: { name, level, ...(!isSecret && values) } });
  }
}
