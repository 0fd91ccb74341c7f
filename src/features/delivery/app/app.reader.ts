import { sql } from "kysely";
import type { Actor } from "../../../kernel/actor.js";
import { ifGiven, inAppsOf, oneOf, type Filter } from "../../foundation/filter.js";
import type { ListOfApps, ReadModel } from "../../foundation/read-model.js";
import type { Policy } from "../../identity/access/policy.js";
import type { AppFilter } from "./app-input.js";
import { App, AppRevision, whereNotRetired } from "./app.entity.js";

/** Reads apps and their revisions for those who may see them. */
export class AppReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  /** The app, when the actor may see it. */
  async app(actor: Actor, id: string): Promise<App | null> {
    const app = await this.readModel.byId(App, id);
    return app && this.policy.can(actor, "namespace:read", app.namespaceId) ? app : null;
  }

  async appNamed(actor: Actor, namespaceName: string, name: string): Promise<App | null> {
    return this.readModel.one(App, (apps) =>
      apps
        .where(sql<boolean>`namespace_id = (select id from namespace where name = ${namespaceName})`)
        .where("name", "=", name)
        .$call(whereNotRetired)
        .$call(oneOf("namespaceId", this.policy.visibleNamespaces(actor))),
    );
  }

  /** Apps that the actor may see, in the order of their names; `after` is the position of the last one before. */
  async apps(
    actor: Actor,
    filter: AppFilter,
    page: { limit: number; after?: readonly string[] | undefined },
  ): Promise<App[]> {
    const [name, id] = page.after ?? [];
    return this.readModel.list(App, (all) => {
      const apps = this.filter(actor, filter)(all).orderBy("name").orderBy("id").limit(page.limit);
      return page.after ? apps.where(sql<boolean>`(name, id) > (${name}, ${id})`) : apps;
    });
  }

  async countApps(actor: Actor, filter: AppFilter): Promise<number> {
    return this.readModel.count(App, this.filter(actor, filter));
  }

  async revision(actor: Actor, id: string): Promise<AppRevision | null> {
    return this.readModel.one(AppRevision, (all) => all.where("id", "=", id).$call(this.ofVisibleApps(actor)));
  }

  /** The revisions of each app. */
  revisionsOf(actor: Actor): ListOfApps<AppRevision> {
    return this.readModel.ofApps(AppRevision, this.ofVisibleApps(actor));
  }

  private filter(actor: Actor, { namespaceId, phases, search }: AppFilter): Filter<App> {
    const like = `%${(search ?? "").replaceAll(/[\\%_]/g, "\\$&")}%`;
    return (all) => {
      const apps = all
        .$call(oneOf("namespaceId", this.policy.visibleNamespaces(actor)))
        .$call(ifGiven("namespaceId", namespaceId))
        .$call(phases && phases.length > 0 ? oneOf("phase", phases) : whereNotRetired);
      return search ? apps.where((app) => app("name", "ilike", like).or("displayName", "ilike", like)) : apps;
    };
  }

  private ofVisibleApps(actor: Actor): Filter<AppRevision> {
    return inAppsOf(this.policy.visibleNamespaces(actor));
  }
}
