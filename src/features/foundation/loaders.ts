import type { EntityClass } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Member } from "../identity/member/member.entity.js";
import { App, AppRevision } from "../delivery/app/app.entity.js";
import { Build } from "../delivery/build/build.entity.js";
import { Namespace } from "../delivery/namespace/namespace.entity.js";
import { Release } from "../delivery/release/release.entity.js";
import { notTurnedDownSql, Rollout } from "../delivery/rollout/rollout.entity.js";
import type { Rows } from "./rows.js";
import { Template, TemplateVersion } from "../templating/template-source/template.entity.js";
import { Where } from "./where.js";

/** Batches the look-ups of one operation: one SQL statement per kind of look-up and level of the answer, however long the list. */
export class Loaders {
  private readonly begun = new Map<unknown, DataLoader<string, unknown>>();

  constructor(private readonly rows: Rows) {}

  get member(): DataLoader<string, Member | null> {
    return this.byId(Member);
  }
  get namespace(): DataLoader<string, Namespace | null> {
    return this.byId(Namespace);
  }
  get app(): DataLoader<string, App | null> {
    return this.byId(App);
  }
  get revision(): DataLoader<string, AppRevision | null> {
    return this.byId(AppRevision);
  }
  get build(): DataLoader<string, Build | null> {
    return this.byId(Build);
  }
  get release(): DataLoader<string, Release | null> {
    return this.byId(Release);
  }
  get rollout(): DataLoader<string, Rollout | null> {
    return this.byId(Rollout);
  }
  get template(): DataLoader<string, Template | null> {
    return this.byId(Template);
  }
  get templateVersion(): DataLoader<string, TemplateVersion | null> {
    return this.byId(TemplateVersion);
  }
  /** By the id of the app. */
  get newestBuild(): DataLoader<string, Build | null> {
    return this.newestOfApp(Build, "newest build");
  }
  get newestRollout(): DataLoader<string, Rollout | null> {
    return this.newestOfApp(Rollout, "newest rollout");
  }

  /** The one that the cluster follows, by the id of the app. */
  get followedRollout(): DataLoader<string, Rollout | null> {
    return this.newestOfApp(Rollout, "followed rollout", new Where().and(notTurnedDownSql));
  }

  /**
   * Asks once what several parents are asked in the same moment. `question` names it, with everything that the answer
   * depends on beside the parent. An error in the place of an answer is thrown for that parent alone.
   */
  join<T>(
    question: string,
    parent: string,
    ask: (parents: readonly string[]) => Promise<ReadonlyMap<string, T | Error>>,
  ): Promise<T> {
    const batch = async (parents: readonly string[]): Promise<(T | Error)[]> => {
      const answers = await ask(parents);
      return parents.map((id) => answers.get(id)!);
    };
    return this.loader(question, batch).load(parent);
  }

  private byId<T extends { readonly id: string }>(entity: EntityClass<T>): DataLoader<string, T | null> {
    return this.loader(entity, async (ids) => {
      const found = new Map((await this.rows.ofIds(entity, ids)).map((each) => [each.id, each]));
      return ids.map((id) => found.get(id) ?? null);
    });
  }

  private newestOfApp<T>(entity: EntityClass<T>, key: string, where = new Where()): DataLoader<string, T | null> {
    return this.loader(key, async (appIds) => {
      const newest = await this.rows.newestOfApps(entity, appIds, where, { limit: 1 });
      return appIds.map((id) => newest.get(id)?.[0] ?? null);
    });
  }

  private loader<T>(key: unknown, batch: (keys: readonly string[]) => Promise<(T | Error)[]>): DataLoader<string, T> {
    const found = (this.begun.get(key) as DataLoader<string, T> | undefined) ?? new DataLoader<string, T>(batch);
    this.begun.set(key, found);
    return found;
  }
}
