import { App, whereNotRetired } from "../app/app.entity.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { Release } from "../release/release.entity.js";
import { whereNotRejected, Rollout } from "../rollout/rollout.entity.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { oneOf, type Filter } from "../../foundation/filter.js";
import type { DriftSnapshot } from "./drift-detector.js";

/** Reads the records that drift detection needs. */
export class DriftSnapshots {
  constructor(private readonly readModel: ReadModel) {}

  async ofApp(id: string): Promise<DriftSnapshot | undefined> {
    return (await this.of((apps) => apps.where("id", "=", id)))[0];
  }

  /** Of all apps of the namespace, or of those with the given ids. */
  async ofNamespace(id: string, which: "ALL" | readonly string[]): Promise<DriftSnapshot[]> {
    const apps: Filter<App> = (all) => all.where("namespaceId", "=", id).$call(oneOf("id", which));
    return this.of(which === "ALL" ? (all) => apps(all).$call(whereNotRetired) : apps);
  }

  private async of(filter: Filter<App>): Promise<DriftSnapshot[]> {
    const apps = await this.readModel.list(App, (apps) => filter(apps).orderBy("id"));
    const ids = apps.map(({ id }) => id);
    const rollouts = await this.readModel.newestOfApps(Rollout, ids, whereNotRejected, { limit: 1 });
    const newest = (id: string): Rollout | null => rollouts.get(id)?.[0] ?? null;
    const releases = await this.byId(
      Release,
      ids.flatMap((id) => newest(id)?.releaseId ?? []),
    );
    const namespaces = await this.byId(
      Namespace,
      apps.map(({ namespaceId }) => namespaceId),
    );
    return apps.map((app) => {
      const rollout = newest(app.id);
      const release = rollout && releases.get(rollout.releaseId)!;
      return { app, namespace: namespaces.get(app.namespaceId)!, rollout, release };
    });
  }

  private async byId<T extends { readonly id: string }>(
    entity: Parameters<typeof this.readModel.byIds<T>>[0],
    ids: readonly string[],
  ): Promise<Map<string, T>> {
    const found = await this.readModel.byIds(entity, [...new Set(ids)]);
    return new Map(found.map((each) => [each.id, each]));
  }
}
