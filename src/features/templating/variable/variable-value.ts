import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { VariableContent } from "../../../rendering/template-variables.js";
import { NotFound } from "../../../kernel/errors.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { enqueueAffected } from "../template-source/enqueue-affected.js";
import { Variable, type Reach, type VariableValue } from "./variable.entity.js";
import { templatesThatUse } from "./variable-uses.js";

/** How a value is stored. */
export const contentOf = (value: unknown): { is: VariableContent } | null =>
  value === null || value === undefined ? null : { is: value as VariableContent };

/** A value in plain text, secrets included: never shown to anybody. */
export const readValue = ({ variableId, content, sealed }: VariableValue, cipher: SecretCipher): VariableContent =>
  sealed ? cipher.decrypt(sealed, variableId) : content!.is;

/** The variable, locked until the transaction ends. */
export async function lockVariable(em: SqlEntityManager, id: string): Promise<Variable> {
  await em.execute(`select id from variable where id = ? for update`, [id]);
  const variable = await em.findOne(Variable, { id, deletedAt: null });
  if (variable) return variable;
  throw new NotFound("variable", id);
}

/** Enqueues everything that is rendered with the variable within this reach. */
export async function enqueueUsers(unit: UnitOfWork, { name }: Variable, reach: Reach): Promise<void> {
  await unit.em.flush();
  for (const { kind, namespaceId, appId } of await templatesThatUse(unit.em, name, reach))
    await enqueueAffected(unit, {
      kind,
      namespaceId: reach.namespaceId ?? namespaceId,
      appId: reach.appId ?? appId,
    });
}
