import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../kernel/actor.js";
import type { Policy } from "../access/policy.js";
import { App } from "../app/app.entity.js";
import { Release } from "./release.entity.js";

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

  /** Releases of one app, newest first. */
  async releases(
    actor: Actor,
    app: App,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Release[]> {
    this.policy.require(actor, "namespace:read", { namespaceId: app.namespaceId, kind: "app", id: app.id });
    return this.fork().find(
      Release,
      { appId: app.id, ...(after !== undefined && { id: { $lt: after } }) },
      { orderBy: { id: "desc" }, limit },
    );
  }

  async countReleases(actor: Actor, app: App): Promise<number> {
    this.policy.require(actor, "namespace:read", { namespaceId: app.namespaceId, kind: "app", id: app.id });
    return this.fork().count(Release, { appId: app.id });
  }
}
