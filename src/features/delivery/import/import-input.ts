import type { AppSpec, Language } from "../app/app-spec.js";

/** A Deployment to import, and where its source is. */
export interface ImportedAppInput {
  readonly name: string;
  readonly displayName?: string | null;
  readonly language: Language;
  readonly repository: AppSpec["repository"];
  readonly buildPath: string;
  readonly dockerfilePath: string;
}

/** The Deployments of one namespace to import. */
export interface ImportAppsInput {
  readonly namespaceId: string;
  readonly apps: readonly ImportedAppInput[];
  readonly idempotencyKey?: string | null;
}
