import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { VariableType } from "../../../rendering/template-variables.js";
import type { MemberActor } from "../../../kernel/actor.js";
import { InvalidInput, type FieldProblem } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import type { Policy } from "../../identity/access/policy.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { checkInput } from "../../foundation/check-input.js";
import { Variable, VariableValue } from "./variable.entity.js";
import { newVariable, problemOf, problemsOfDeclaration, variableEdit } from "./variable.rules.js";
import { assertUsesStayValid } from "./variable-uses.js";
import { enqueueUsers, contentOf, readValue, lockVariable } from "./variable-value.js";

interface Repeatable {
  readonly idempotencyKey?: string | null;
}

export interface DeclareVariableInput extends Repeatable {
  readonly name: string;
  readonly type: VariableType;
  readonly description: string;
  readonly isSecret?: boolean | null;
  readonly isRequired?: boolean | null;
  readonly defaultValue?: unknown;
  readonly allowed?: readonly string[] | null;
  readonly pattern?: string | null;
}

export interface EditVariableInput extends Repeatable {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

/** Omitted fields stay as they are; null removes a default or a pattern. */
export type UpdateVariableInput = EditVariableInput &
  Partial<Pick<DeclareVariableInput, "isRequired" | "defaultValue" | "allowed" | "pattern">> & {
    readonly description?: string | null;
  };

/** The most values that one error message names. */
const mostNamed = 20;

/** Declares, changes and deletes variables. */
export class VariableService {
  constructor(
    private readonly mutations: Mutations,
    private readonly policy: Policy,
    private readonly cipher: SecretCipher,
    private readonly newId: NewId,
  ) {}

  async declare(actor: MemberActor, input: DeclareVariableInput): Promise<MutationResult<Variable>> {
    this.policy.require(actor, "template:manage");
    const { isSecret, isRequired, allowed, pattern, defaultValue, ...rest } = input;
    const given = checkInput(newVariable, {
      ...rest,
      isSecret: isSecret ?? false,
      isRequired: isRequired ?? false,
      allowed: allowed ?? [],
      pattern: pattern ?? null,
    });
    return this.mutations.run(
      actor,
      { mutation: "declareVariable", input },
      Variable,
      async (unit) => {
        const variable = unit.em.create(Variable, {
          id: this.newId("Variable"),
          ...given,
          defaultContent: contentOf(defaultValue),
          createdBy: actor.memberId,
        });
        refuseProblems(variable);
        const { id: subjectId, name } = variable;
        await unit.record({ event: "variable.declared", subjectId, data: { ...variable.declared(), name } });
        return variable;
      },
      { variable_name: { path: "input.name", message: "There is such a variable already; update it." } },
    );
  }

  async update(actor: MemberActor, input: UpdateVariableInput): Promise<MutationResult<Variable>> {
    this.policy.require(actor, "template:manage");
    const given = checkInput(variableEdit, input);
    return this.edit(actor, "updateVariable", input, async (unit, variable) => {
      const before = variable.declared();
      variable.description = given.description ?? variable.description;
      variable.isRequired = given.isRequired ?? variable.isRequired;
      variable.allowed = given.allowed ?? variable.allowed;
      if (given.pattern !== undefined) variable.pattern = given.pattern;
      if (input.defaultValue !== undefined) variable.defaultContent = contentOf(input.defaultValue);
      refuseProblems(variable);
      await this.refuseValuesThatDoNotSuit(unit.em, variable);
      await unit.em.flush();
      await assertUsesStayValid(unit.em, variable.name);
      const { id: subjectId } = variable;
      await unit.record({ event: "variable.updated", subjectId, data: { before, after: variable.declared() } });
      await enqueueUsers(unit, variable, { namespaceId: null, appId: null });
    });
  }

  /** Deletes the variable with its values, so that its name is free. */
  async delete(actor: MemberActor, input: EditVariableInput): Promise<MutationResult<Variable>> {
    return this.edit(actor, "deleteVariable", input, async (unit, variable) => {
      variable.deletedAt = new Date();
      await unit.em.flush();
      await assertUsesStayValid(unit.em, variable.name);
      await unit.em.nativeDelete(VariableValue, { variableId: variable.id });
      await unit.record({ event: "variable.deleted", subjectId: variable.id, data: { name: variable.name } });
    });
  }

  private async edit(
    actor: MemberActor,
    mutation: string,
    input: EditVariableInput,
    act: (unit: UnitOfWork, variable: Variable) => Promise<void>,
  ): Promise<MutationResult<Variable>> {
    this.policy.require(actor, "template:manage");
    return this.mutations.run(actor, { mutation, input }, Variable, async (unit) => {
      const variable = await lockVariable(unit.em, input.id);
      expectVersion(variable, input.expectedVersion);
      await act(unit, variable);
      return variable;
    });
  }

  private async refuseValuesThatDoNotSuit(em: SqlEntityManager, variable: Variable): Promise<void> {
    const problems: FieldProblem[] = [];
    for (const value of await em.find(VariableValue, { variableId: variable.id }, { orderBy: { id: "asc" } })) {
      const problem = problemOf(variable.declared(), readValue(value, this.cipher));
      const where = value.appId ?? value.namespaceId ?? "the platform";
      if (problem !== undefined)
        problems.push({ path: "input", message: `Change the value of ${where} first: ${problem}` });
      if (problems.length === mostNamed) break;
    }
    if (problems.length > 0) throw new InvalidInput(problems);
  }
}

function refuseProblems(variable: Variable): void {
  const problems = problemsOfDeclaration(variable.declared());
  if (problems.length > 0)
    throw new InvalidInput(problems.map(({ path, message }) => ({ path: `input.${path}`, message })));
}
