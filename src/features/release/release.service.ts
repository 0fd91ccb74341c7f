import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../kernel/actor.js";
import type { Policy } from "../access/policy.js";
import { App } from "../app/app.entity.js";
import { Release } from "./release.entity.js";

export interface ReleaseFilter {
  readonly appId?: string | null;
  readonly namespaceId?: string | null;
}

/** Reading what can be put live. */
export class ReleaseService {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly policy: Policy,
  ) {}

  async release(actor: Actor, id: string): Promise<Release | null> {
    const em = this.fork();
    const release = await em.findOne(Release, id);
    if (!release) return null;
    const app = await em.findOneOrFail(App, release.appId);
    return this.policy.can(actor, "namespace:read", app.namespaceId) ? release : null;
  }

  /** Releases that the actor may see, newest first. */
  async releases(
    actor: Actor,
    filter: ReleaseFilter,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Release[]> {
    const em = this.fork();
    const where = await this.where(em, actor, filter);
    return em.find(
      Release,
      { $and: [where, after === undefined ? {} : { id: { $lt: after } }] },
      { orderBy: { id: "desc" }, limit },
    );
  }

  async countReleases(actor: Actor, filter: ReleaseFilter): Promise<number> {
    const em = this.fork();
    return em.count(Release, await this.where(em, actor, filter));
  }

  /** A release belongs to its app's namespace, so the apps are asked first. */
  private async where(em: SqlEntityManager, actor: Actor, { appId, namespaceId }: ReleaseFilter): Promise<object> {
    const visible = this.policy.visibleNamespaces(actor);
    if (visible === "ALL" && !namespaceId) return appId ? { appId } : {};
    const namespaces = visible === "ALL" ? [namespaceId!] : visible.filter((id) => !namespaceId || id === namespaceId);
    const apps = await em.find(
      App,
      { namespaceId: { $in: [...namespaces] }, ...(appId && { id: appId }) },
      { fields: ["id"] },
    );
    return { appId: { $in: apps.map(({ id }) => id) } };
  }
}
