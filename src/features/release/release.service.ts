import type { Actor } from "../../kernel/actor.js";
import type { Policy } from "../access/policy.js";
import type { Rows, Slice } from "../rows.js";
import { Where } from "../where.js";
import { Release } from "./release.entity.js";

export interface ReleaseFilter {
  readonly appId?: string | null;
  readonly namespaceId?: string | null;
}

/** Reading what can be put live. */
export class ReleaseService {
  constructor(
    private readonly rows: Rows,
    private readonly policy: Policy,
  ) {}

  async release(actor: Actor, id: string): Promise<Release | null> {
    return this.rows.one(Release, this.where(actor, {}).is("id", id));
  }

  /** Releases that the actor may see, newest first. */
  async releases(actor: Actor, filter: ReleaseFilter, slice: Slice): Promise<Release[]> {
    return this.rows.newest(Release, this.where(actor, filter), slice);
  }

  async countReleases(actor: Actor, filter: ReleaseFilter): Promise<number> {
    return this.rows.count(Release, this.where(actor, filter));
  }

  /** The same slice of each app's releases. */
  async releasesOf(actor: Actor, appIds: readonly string[], slice: Slice): Promise<Map<string, Release[]>> {
    return this.rows.newestOfApps(Release, appIds, this.where(actor, {}), slice);
  }

  async countReleasesOf(actor: Actor, appIds: readonly string[]): Promise<Map<string, number>> {
    return this.rows.countOfApps(Release, appIds, this.where(actor, {}));
  }

  private where(actor: Actor, { appId, namespaceId }: ReleaseFilter): Where {
    return new Where()
      .inAppsOf(this.policy.visibleNamespaces(actor))
      .inAppsOf(namespaceId ? [namespaceId] : "ALL")
      .isGiven("app_id", appId);
  }
}
