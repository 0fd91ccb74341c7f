import { stringify } from "yaml";
import type { Manifest } from "../../upstreams/cluster.js";
import type { Namespace } from "../namespace/namespace.entity.js";
import type { Release } from "../release/release.entity.js";
import type { AppManifests } from "./app-manifests.js";
import type { App, AppRevision } from "./app.entity.js";

/** One object, in the two ways that people read it. */
export interface ShownManifest {
  readonly kind: string;
  readonly name: string;
  readonly object: Record<string, unknown>;
  readonly yaml: string;
}

export const showManifest = (manifest: Manifest): ShownManifest => ({
  kind: manifest.kind,
  name: manifest.metadata.name,
  object: { ...manifest },
  yaml: stringify(manifest),
});

/** What approving an app would create, to be read before. */
export class AppPreview {
  constructor(private readonly manifests: AppManifests) {}

  of(
    app: App,
    namespace: Namespace,
    { spec }: AppRevision,
    release: Release | null,
  ): { objects: ShownManifest[]; job: string } {
    return {
      objects: this.manifests.all(app, namespace, spec, release ?? undefined).map(showManifest),
      job: this.manifests.job(app, namespace, spec),
    };
  }
}
