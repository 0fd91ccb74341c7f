import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { Forbidden } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import { AppRevision, type App } from "./app.entity.js";
import type { AppSpec } from "./app-spec.js";

type Secured = Pick<AppSpec, "security">;

/** The privileges in a spec that are not in the approved one. */
export function privilegesBeyond({ security }: Secured, approved?: Secured): string[] {
  const had = approved?.security;
  return [
    ...(security?.runAsRoot && !had?.runAsRoot ? ["runAsRoot"] : []),
    ...(security?.capabilities ?? []).filter((each) => !had?.capabilities.includes(each)),
  ];
}

/**
 * Throws FORBIDDEN unless the actor may grant the new privileges. Privileges of the approved spec need no permission
 * again, so that every editor of an app that runs as root can go on editing it.
 */
export function requirePrivileges(policy: Policy, actor: Actor, spec: Secured, approved?: Secured): void {
  const privileges = privilegesBeyond(spec, approved);
  if (privileges.length === 0 || policy.can(actor, "app:privilege")) return;
  throw new Forbidden(
    "app:privilege",
    `spec.security asks for ${privileges.join(", ")}. Leave it out, or have it given.`,
  );
}

/** The spec that a reviewer approved last, if any. */
export async function approvedSpec(em: SqlEntityManager, { approvedRevisionId }: App): Promise<AppSpec | undefined> {
  return approvedRevisionId ? (await em.findOneOrFail(AppRevision, approvedRevisionId)).spec : undefined;
}
