import type { Actor, Grant, MemberActor } from "../../../kernel/actor.js";
import { Forbidden, NotFound } from "../../../kernel/errors.js";
import {
  permissionsOf,
  platformPermissions,
  namespacePermissions,
  type NamespacePermission,
  type Permission,
  type PlatformPermission,
} from "./permission.js";

/** An object in a namespace that is accessed; `kind` and `id` name it in the error. */
export interface Scoped {
  readonly namespaceId: string;
  readonly kind: string;
  readonly id: string;
}

const isPlatformWide = (grant: Grant): boolean => grant.namespaceId === null;

/** Decides who may do what: a role on the platform or on the namespace gives a permission. */
export class Policy {
  can(actor: Actor, permission: PlatformPermission): boolean;
  can(actor: Actor, permission: NamespacePermission, namespaceId: string): boolean;
  can(actor: Actor, permission: Permission, namespaceId?: string): boolean {
    if (actor.kind === "PLATFORM") return true;
    return actor.grants.some(
      (grant) =>
        (isPlatformWide(grant) || (namespaceId !== undefined && grant.namespaceId === namespaceId)) &&
        permissionsOf[grant.role].has(permission),
    );
  }

  /** Throws FORBIDDEN; or NOT_FOUND when the actor may not even know that the object exists. */
  require(actor: Actor, permission: PlatformPermission): void;
  require(actor: Actor, permission: NamespacePermission, scoped: Scoped): void;
  require(actor: Actor, permission: Permission, scoped?: Scoped): void {
    if (!scoped) {
      if (!this.can(actor, permission as PlatformPermission)) throw new Forbidden(permission);
      return;
    }
    if (!this.can(actor, "namespace:read", scoped.namespaceId)) throw new NotFound(scoped.kind, scoped.id);
    if (!this.can(actor, permission as NamespacePermission, scoped.namespaceId)) throw new Forbidden(permission);
  }

  /**
   * A permission that these grants gave to the member and that the member no longer has; undefined when there is none.
   */
  lost(actor: MemberActor, former: readonly Grant[]): Permission | undefined {
    const holds = (permission: Permission, namespaceId: string | null): boolean =>
      actor.grants.some(
        (grant) =>
          (isPlatformWide(grant) || grant.namespaceId === namespaceId) && permissionsOf[grant.role].has(permission),
      );
    return former
      .flatMap(({ role, namespaceId }) => [...permissionsOf[role]].filter((each) => !holds(each, namespaceId)))
      .at(0);
  }

  /** The namespaces whose content the actor may read. */
  visibleNamespaces(actor: Actor): "ALL" | readonly string[] {
    if (actor.kind === "PLATFORM" || actor.grants.some(isPlatformWide)) return "ALL";
    return [...new Set(actor.grants.flatMap(({ namespaceId }) => (namespaceId === null ? [] : [namespaceId])))];
  }

  /** All permissions of the actor, on the platform or in one namespace. */
  permissions(actor: Actor, namespaceId?: string): Permission[] {
    const all: readonly Permission[] = namespaceId === undefined ? platformPermissions : namespacePermissions;
    return all.filter((permission) =>
      namespaceId === undefined
        ? this.can(actor, permission as PlatformPermission)
        : this.can(actor, permission as NamespacePermission, namespaceId),
    );
  }
}
