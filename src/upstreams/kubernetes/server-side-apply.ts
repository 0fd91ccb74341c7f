import type { Manifest } from "../cluster.js";
import { nameOf, refOf, type KubernetesApi } from "./kubernetes-api.js";

/** How an object is applied, beside under our name. */
export interface ApplyOptions {
  /** Only try. */
  readonly dryRun?: "All";
}

/** Ensures one object exactly as given, under our field manager: fields that others own are taken where ours contradict them. Answers with what is stored. */
export class ServerSideApply {
  constructor(
    private readonly api: KubernetesApi,
    private readonly fieldManager: string,
  ) {}

  async apply(manifest: Manifest, options: ApplyOptions, signal: AbortSignal): Promise<Manifest> {
    const ref = refOf(manifest);
    const answer = await this.api.request(
      nameOf(ref),
      {
        method: "PATCH",
        path: await this.api.pathOf(ref, signal),
        query: { ...options, fieldManager: this.fieldManager, force: "true" },
        headers: { "content-type": "application/apply-patch+yaml" },
        body: JSON.stringify(manifest),
      },
      signal,
    );
    return asManifest(answer);
  }
}

/** The object without the record of who owns which field, which is longer than the object. */
export function asManifest(answer: unknown): Manifest {
  const manifest = answer as Manifest;
  const { managedFields: _, ...metadata } = manifest.metadata as Manifest["metadata"] & {
    readonly managedFields?: unknown;
  };
  return { ...manifest, metadata };
}
