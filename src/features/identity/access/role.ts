/** The roles as a value, for the published enum; their permissions are in permission.ts. */
export const Role = { ADMINISTRATOR: "ADMINISTRATOR", DEVELOPER: "DEVELOPER", VIEWER: "VIEWER" } as const;
