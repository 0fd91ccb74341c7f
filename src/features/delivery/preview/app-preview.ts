import type { Namespace } from "../namespace/namespace.entity.js";
import { objectChanges, type ObjectChange } from "../object-change/object-changes.js";
import type { AppManifests, AppRenderer } from "../app/app-manifests.js";
import type { App, AppRevision } from "../app/app.entity.js";
import { showManifest, type ShownManifest } from "../app/shown-manifest.js";
import type { Release } from "../release/release.entity.js";

/** An app as it is now, its last release, and what renders it. */
export interface PreviewInputs {
  readonly renderer: AppRenderer;
  readonly app: App;
  readonly namespace: Namespace;
  readonly revision: AppRevision;
  readonly release: Release | null;
}

/** Previews of the objects and the job that approving an app would create. */
export class AppPreview {
  constructor(private readonly manifests: AppManifests) {}

  /** The renderer of each app, by its id; the templates of all are read at once. */
  async renderers(apps: readonly App[]): Promise<Map<string, AppRenderer>> {
    const renderers = await this.manifests.ofEach(apps);
    return new Map(apps.map(({ id }, index) => [id, renderers[index]!]));
  }

  of({ renderer, app, namespace, revision: { spec }, release }: PreviewInputs): {
    objects: ShownManifest[];
    job: string;
  } {
    return {
      objects: renderer.all(app, namespace, spec, release ?? undefined).map(showManifest),
      job: renderer.job(app, namespace, spec),
    };
  }

  /** The changes of the next release to the last one; without a release, every object is created. */
  pending({ renderer, app, namespace, revision: { spec }, release }: PreviewInputs): ObjectChange[] {
    const next = renderer.all(app, namespace, spec, release ?? undefined);
    return objectChanges(release?.manifests ?? [], next);
  }
}
