import { UpstreamRejected } from "../../kernel/errors.js";
import { refOf, type Manifest } from "../cluster-object.js";
import { nameOf, type KubernetesApi } from "./kubernetes-api.js";
import { withDefaultsKept, orphanedDefaults, withDefaultsReplaced, type OrphanedDefault } from "./orphaned-defaults.js";
import type { WireObject } from "./wire.js";

/** An object as the server returns it. */
export type Stored = Manifest & WireObject;

/** Applies objects under our field manager: fields of other managers are overwritten where they conflict with ours. */
export class ServerSideApply {
  constructor(
    private readonly api: KubernetesApi,
    private readonly fieldManager: string,
  ) {}

  /** Resolves with the stored object. A manifest with a version is applied only to that version (409). */
  async apply(manifest: Manifest, signal: AbortSignal): Promise<Manifest> {
    try {
      return await this.patch(manifest, {}, signal);
    } catch (error) {
      if (!(error instanceof UpstreamRejected) || error.status !== 422) throw error;
      const stored = await this.stored(manifest, signal);
      const parts = stored ? this.orphaned(stored, manifest) : [];
      if (!stored || parts.length === 0) throw error;
      const { resourceVersion: seen, ...metadata } = manifest.metadata as WireObject["metadata"];
      if (seen !== undefined && seen !== stored.metadata.resourceVersion)
        throw new UpstreamRejected("kubernetes", `${nameOf(refOf(manifest))} has changed since it was read.`, 409);
      // Any other error is reported before something is removed.
      await this.patch(withDefaultsKept(manifest, stored, parts), { dryRun: "All" }, signal);
      await this.remove(stored, parts, signal);
      return this.patch({ ...manifest, metadata }, {}, signal);
    }
  }

  /** A dry run of `apply` for the stored object. */
  async tryOver(stored: Stored | undefined, manifest: Manifest, signal: AbortSignal): Promise<Manifest> {
    const parts = stored ? this.orphaned(stored, manifest) : [];
    if (!stored || parts.length === 0) return this.patch(manifest, { dryRun: "All" }, signal);
    const kept = await this.patch(withDefaultsKept(manifest, stored, parts), { dryRun: "All" }, signal);
    return withDefaultsReplaced(kept, manifest, parts);
  }

  async stored(manifest: Manifest, signal: AbortSignal): Promise<Stored | undefined> {
    const ref = refOf(manifest);
    try {
      return (await this.api.request(nameOf(ref), { path: await this.api.pathOf(ref, signal) }, signal)) as Stored;
    } catch (error) {
      if (error instanceof UpstreamRejected && error.status === 404) return undefined;
      throw error;
    }
  }

  private orphaned(stored: Stored, manifest: Manifest): OrphanedDefault[] {
    return orphanedDefaults(stored, stored.metadata.managedFields ?? [], this.fieldManager, manifest);
  }

  /** Only removes fields, so that no ownership changes; and only from the object that was read. */
  private async remove(stored: Stored, parts: readonly OrphanedDefault[], signal: AbortSignal): Promise<void> {
    const ref = refOf(stored);
    const seen = { op: "test", path: "/metadata/resourceVersion", value: stored.metadata.resourceVersion };
    const removals = parts.map(({ pointer }) => ({ op: "remove", path: pointer }));
    const body = JSON.stringify([seen, ...removals]);
    const headers = { "content-type": "application/json-patch+json" };
    const query = { fieldManager: this.fieldManager };
    const path = await this.api.pathOf(ref, signal);
    await this.api.request(nameOf(ref), { method: "PATCH", path, query, headers, body }, signal);
  }

  private async patch(
    manifest: Manifest,
    options: { readonly dryRun?: "All" },
    signal: AbortSignal,
  ): Promise<Manifest> {
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

/** The object without its `managedFields`, which are longer than the object. */
export function asManifest(answer: unknown): Manifest {
  const manifest = answer as Manifest;
  const { managedFields: _, ...metadata } = manifest.metadata as Manifest["metadata"] & {
    readonly managedFields?: unknown;
  };
  return { ...manifest, metadata };
}
