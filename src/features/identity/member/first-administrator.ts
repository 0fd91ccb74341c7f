import { randomBytes } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Mutations } from "../../foundation/mutations.js";
import { Member, RoleGrant } from "./member.entity.js";
import { hashPassword } from "./password.js";

/** The login of the first administrator; `password` is set only when it was generated, and is shown once. */
export interface FirstAdministrator {
  readonly email: string;
  readonly password?: string;
}

/**
 * Creates the first administrator of an empty platform; resolves with undefined when a member exists. Safe when several
 * processes start at once.
 */
export async function ensureFirstAdministrator(
  em: SqlEntityManager,
  mutations: Mutations,
  newId: NewId,
  wish: { readonly email: string; readonly password?: string | undefined },
): Promise<FirstAdministrator | undefined> {
  if ((await em.count(Member)) > 0) return undefined;
  const password = wish.password ?? randomBytes(15).toString("base64url");
  const passwordHash = await hashPassword(password);
  const created = await em.transactional(async (tx) => {
    await tx.execute(`lock table member in exclusive mode`);
    if ((await tx.count(Member)) > 0) return false;
    const member = tx.create(Member, { id: newId("Member"), email: wish.email, name: "Administrator", passwordHash });
    await tx.flush();
    tx.create(RoleGrant, { id: newId("RoleGrant"), memberId: member.id, role: "ADMINISTRATOR", namespaceId: null });
    await mutations
      .unitOfWork(tx, platformActor)
      .record({ event: "member.created", subjectId: member.id, data: { email: wish.email } });
    return true;
  });
  if (!created) return undefined;
  return { email: wish.email, ...(wish.password === undefined && { password }) };
}
