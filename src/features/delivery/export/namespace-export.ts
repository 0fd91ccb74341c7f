import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import { RenderingError } from "../../../rendering/rendering-error.js";
import type { Policy } from "../../identity/access/policy.js";
import type { AppManifests, AppRenderer } from "../app/app-manifests.js";
import { showManifest } from "../app/shown-manifest.js";
import { App, AppRevision, whereNotRetired, whereProvisioned } from "../app/app.entity.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Release } from "../release/release.entity.js";
import { whereNotRejected, Rollout } from "../rollout/rollout.entity.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { behind } from "../../foundation/filter.js";

/** One file of an export. */
interface ExportedFile {
  /** `shop/apps/web/deployment-web.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** The list of an export's files, without their texts. */
interface ExportSummary {
  /** SHA-256 of all paths and texts: the same while nothing has changed. */
  readonly hash: string;
  readonly paths: readonly string[];
}

/** Apps that are read at once. */
const pageSize = 50;

/**
 * Exports a namespace as files for Git: equal state gives equal bytes, and a changed field is a changed line. The values of
 * Secrets are left out.
 */
export class NamespaceExports {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
    private readonly manifests: AppManifests,
  ) {}

  async summary(actor: Actor, namespaceId: string): Promise<ExportSummary> {
    const hash = createHash("sha256");
    const paths: string[] = [];
    for await (const { path, text } of this.files(await this.namespace(actor, namespaceId))) {
      hash.update(JSON.stringify([path, text]));
      paths.push(path);
    }
    return { hash: hash.digest("hex"), paths };
  }

  /** The files, in the order of the apps' names. */
  async open(actor: Actor, namespaceId: string): Promise<{ name: string; files: AsyncIterable<ExportedFile> }> {
    const namespace = await this.namespace(actor, namespaceId);
    return { name: namespace.name, files: this.files(namespace) };
  }

  private async namespace(actor: Actor, id: string): Promise<Namespace> {
    const namespace = await this.readModel.byId(Namespace, id);
    if (!namespace) throw new NotFound("namespace", id);
    this.policy.require(actor, "namespace:read", { namespaceId: id, kind: "namespace", id });
    return namespace;
  }

  private async *files(namespace: Namespace): AsyncGenerator<ExportedFile> {
    const { name, displayName, registryServer = null, autoRollBack } = namespace;
    yield yaml(`${name}/namespace.yaml`, { name, displayName, registryServer, autoRollBack });
    for (let last: App | undefined; ;) {
      const lastName = last?.name;
      const apps = await this.readModel.list(App, (all) =>
        all
          .where("namespaceId", "=", namespace.id)
          .$call(whereProvisioned)
          .$call(whereNotRetired)
          .$call(behind("name", lastName))
          .orderBy("name")
          .limit(pageSize),
      );
      if (apps.length === 0) return;
      yield* await this.ofApps(namespace, apps);
      last = apps.at(-1)!;
    }
  }

  private async ofApps(namespace: Namespace, apps: readonly App[]): Promise<ExportedFile[]> {
    const ids = apps.map(({ id }) => id);
    const [revisions, rollouts, renderers] = await Promise.all([
      this.readModel.byIds(
        AppRevision,
        apps.map(({ approvedRevisionId }) => approvedRevisionId!),
      ),
      this.readModel.newestOfApps(Rollout, ids, whereNotRejected, { limit: 1 }),
      this.manifests.ofEach(apps),
    ]);
    const releaseIds = ids.flatMap((id) => rollouts.get(id)?.[0]?.releaseId ?? []);
    const releases = await this.readModel.byIds(Release, releaseIds);
    return apps.flatMap((app, index) => {
      const revision = revisions.find(({ id }) => id === app.approvedRevisionId)!;
      const release = releases.find(({ appId }) => appId === app.id);
      return filesOf(namespace, app, revision, release, renderers[index]!);
    });
  }
}

function filesOf(
  namespace: Namespace,
  app: App,
  { number, spec }: AppRevision,
  release: Release | undefined,
  renderer: AppRenderer,
): ExportedFile[] {
  const folder = `${namespace.name}/apps/${app.name}`;
  const { name, displayName, description } = app;
  const live = release ? { number: release.number, image: release.image } : null;
  const objects = (release?.manifests ?? [])
    .map(showManifest)
    .map(({ kind, name: of, object }) => yaml(`${folder}/${kind.toLowerCase()}-${of}.yaml`, object));
  const files = [yaml(`${folder}/app.yaml`, { name, displayName, description, revision: number, release: live, spec })];
  try {
    files.push({ path: `${folder}/job.xml`, text: renderer.job(app, namespace, spec) });
  } catch (error) {
    // The templates cannot be rendered now; the live release is exported nevertheless.
    if (!(error instanceof RenderingError)) throw error;
  }
  return [...files, ...objects].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const yaml = (path: string, value: unknown): ExportedFile => ({
  path,
  text: stringify(value, { sortMapEntries: true, lineWidth: 0 }),
});
