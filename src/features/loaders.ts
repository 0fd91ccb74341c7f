import type { EntityName, FilterQuery, SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Member } from "./access/member.entity.js";
import { App, AppRevision } from "./app/app.entity.js";
import { Build } from "./build/build.entity.js";
import { Namespace } from "./namespace/namespace.entity.js";
import { Release } from "./release/release.entity.js";
import { Rollout } from "./rollout/rollout.entity.js";

/** Batches the look-ups of one operation: one SQL statement per kind of thing, however long the list. */
export class Loaders {
  readonly member: DataLoader<string, Member | null>;
  readonly namespace: DataLoader<string, Namespace | null>;
  readonly app: DataLoader<string, App | null>;
  readonly revision: DataLoader<string, AppRevision | null>;
  readonly build: DataLoader<string, Build | null>;
  readonly release: DataLoader<string, Release | null>;
  /** By the id of the app. */
  readonly newestBuild: DataLoader<string, Build | null>;
  readonly newestRollout: DataLoader<string, Rollout | null>;

  constructor(private readonly fork: () => SqlEntityManager) {
    this.member = this.byId(Member);
    this.namespace = this.byId(Namespace);
    this.app = this.byId(App);
    this.revision = this.byId(AppRevision);
    this.build = this.byId(Build);
    this.release = this.byId(Release);
    this.newestBuild = this.newestOfApp(Build, "build");
    this.newestRollout = this.newestOfApp(Rollout, "rollout");
  }

  private byId<T extends { id: string }>(entity: EntityName<T>): DataLoader<string, T | null> {
    return new DataLoader(async (ids) => {
      const found = await this.fork().find(entity, { id: { $in: [...ids] } } as unknown as FilterQuery<T>);
      const byId = new Map(found.map((each) => [each.id, each as T]));
      return ids.map((id) => byId.get(id) ?? null);
    });
  }

  private newestOfApp<T extends { id: string; appId: string }>(
    entity: EntityName<T>,
    table: "build" | "rollout",
  ): DataLoader<string, T | null> {
    return new DataLoader(async (appIds) => {
      const em = this.fork();
      const rows = await em.execute<{ id: string }[]>(
        `select newest.id from unnest(?::text[]) as wanted (app_id)
           cross join lateral (select id from ${table} where app_id = wanted.app_id order by id desc limit 1) newest`,
        [`{${appIds.join(",")}}`],
      );
      const found = await em.find(entity, { id: { $in: rows.map(({ id }) => id) } } as unknown as FilterQuery<T>);
      const byApp = new Map(found.map((each) => [each.appId, each as T]));
      return appIds.map((appId) => byApp.get(appId) ?? null);
    });
  }
}
