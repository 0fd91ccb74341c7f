import type { RoleName } from "./test-server.js";

/** The two namespaces of the rights matrix. Nothing that belongs to one of them contains the name of the other. */
export const tenants = ["alpha-team", "beta-team"] as const;
export type Tenant = (typeof tenants)[number];

/**
 * The least that an actor needs:
 * - `anyone`: not even a login
 * - `member`: a login
 * - `member with a role`: a role in any namespace, or over the platform
 * - `viewer`, `developer`, `administrator`: that role in the namespace concerned, or over the platform
 * - `platform`: the role ADMINISTRATOR over the platform
 * - `owner`: to be the one member whom the object belongs to
 * - `owner or platform`
 */
export type Level =
  | "anyone"
  | "member"
  | "member with a role"
  | "viewer"
  | "developer"
  | "administrator"
  | "platform"
  | "owner"
  | "owner or platform";

/** The ways in which a request is refused. */
export type Refusal = "NULL" | "EMPTY" | "NOT_FOUND" | "FORBIDDEN" | "UNAUTHENTICATED";

export interface ActorKind {
  /** False: the actor sends no token, or one that is not valid. */
  readonly hasLogin: boolean;
  readonly role?: RoleName;
  /** The namespace in which the role is granted; the whole platform when it is missing. */
  readonly tenant?: Tenant;
}

/** Every actor of the matrix. */
export const actorKinds = {
  anonymous: { hasLogin: false },
  "holder of an invalid token": { hasLogin: false },
  "member without a role": { hasLogin: true },
  "viewer of alpha": { hasLogin: true, role: "VIEWER", tenant: "alpha-team" },
  "developer of alpha": { hasLogin: true, role: "DEVELOPER", tenant: "alpha-team" },
  "administrator of alpha": { hasLogin: true, role: "ADMINISTRATOR", tenant: "alpha-team" },
  "developer of beta": { hasLogin: true, role: "DEVELOPER", tenant: "beta-team" },
  "viewer of the platform": { hasLogin: true, role: "VIEWER" },
  "developer of the platform": { hasLogin: true, role: "DEVELOPER" },
  "administrator of the platform": { hasLogin: true, role: "ADMINISTRATOR" },
} as const satisfies Record<string, ActorKind>;
export type ActorName = keyof typeof actorKinds;
export const actorNames = Object.keys(actorKinds) as ActorName[];

/** The member whom the sessions, grants and notifications of each namespace's fixture belong to. */
export const owners = {
  "alpha-team": "developer of alpha",
  "beta-team": "developer of beta",
} as const satisfies Record<Tenant, ActorName>;

const rolesByRank: readonly (RoleName | undefined)[] = [undefined, "VIEWER", "DEVELOPER", "ADMINISTRATOR"];

/** The rank of the actor's role in a namespace; 0 without a role there. */
function rankIn(tenant: Tenant, actor: ActorKind): number {
  return actor.tenant === undefined || actor.tenant === tenant ? rolesByRank.indexOf(actor.role) : 0;
}

/** Whether the actor may read the namespace. */
export const mayRead = (tenant: Tenant, name: ActorName): boolean => rankIn(tenant, actorKinds[name]) > 0;

/**
 * How the actor's request about an object of this namespace must be refused; undefined when it must succeed. `hidden` is
 * the refusal for actors who must not learn that the object exists.
 */
export function expectedRefusal(
  { level, hidden }: { readonly level: Level; readonly hidden: Refusal },
  tenant: Tenant,
  name: ActorName,
): Refusal | undefined {
  const actor: ActorKind = actorKinds[name];
  if (level === "anyone") return undefined;
  if (!actor.hasLogin) return "UNAUTHENTICATED";
  const rank = rankIn(tenant, actor);
  const isPlatformAdministrator = actor.role === "ADMINISTRATOR" && actor.tenant === undefined;
  const isOwner = owners[tenant] === name;
  switch (level) {
    case "member":
      return undefined;
    case "member with a role":
      return actor.role ? undefined : hidden;
    case "owner":
      return isOwner ? undefined : hidden;
    case "owner or platform":
      return isOwner || isPlatformAdministrator ? undefined : hidden;
    case "platform":
      if (isPlatformAdministrator) return undefined;
      return rank > 0 && hidden === "NOT_FOUND" ? "FORBIDDEN" : hidden;
    default: {
      const needed = rolesByRank.indexOf(level.toUpperCase() as RoleName);
      if (rank >= needed) return undefined;
      // A reader of the namespace knows that the object exists.
      return rank > 0 ? "FORBIDDEN" : hidden;
    }
  }
}
