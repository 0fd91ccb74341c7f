import type { Role } from "../../../kernel/actor.js";

/** The permissions on the platform as a whole. */
export const platformPermissions = [
  "namespace:create",
  "namespace:import",
  "namespace:allow",
  "member:manage",
  "journal:read",
  "template:manage",
  "app:privilege",
] as const;

/** The permissions on one namespace. */
export const namespacePermissions = [
  "namespace:read",
  "namespace:update",
  "app:create",
  "app:update",
  "app:submit",
  "app:review",
  "app:retire",
  "build:start",
  "build:abort",
  "release:plan",
  "release:apply",
  "release:rollBack",
  "drift:repair",
] as const;

export type PlatformPermission = (typeof platformPermissions)[number];
export type NamespacePermission = (typeof namespacePermissions)[number];
export type Permission = PlatformPermission | NamespacePermission;

const viewer: readonly Permission[] = ["namespace:read"];
const developer: readonly Permission[] = [
  ...viewer,
  "app:create",
  "app:update",
  "app:submit",
  "app:retire",
  "build:start",
  "build:abort",
  "release:plan",
  "release:apply",
  "release:rollBack",
  "drift:repair",
];

/** The permissions of each role. Platform permissions count only for a role on the whole platform. */
export const permissionsOf: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  ADMINISTRATOR: new Set<Permission>([...platformPermissions, ...namespacePermissions]),
  DEVELOPER: new Set(developer),
  VIEWER: new Set(viewer),
};
