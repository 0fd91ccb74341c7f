import type { Role } from "../../../kernel/actor.js";

/** What can be done to the platform as a whole. */
export const platformPermissions = [
  "namespace:create",
  "namespace:import",
  "namespace:allow",
  "member:manage",
  "journal:read",
  "template:manage",
  "app:privilege",
] as const;

/** What can be done inside one namespace. */
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

/** What each role may do where it was granted. Platform permissions count only when it was granted over the platform. */
export const permissionsOf: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  ADMINISTRATOR: new Set<Permission>([...platformPermissions, ...namespacePermissions]),
  DEVELOPER: new Set(developer),
  VIEWER: new Set(viewer),
};
