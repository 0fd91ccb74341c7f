import type { Actor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import { AppRevision } from "../app/app.entity.js";
import { fieldChanges, objectChanges, type FieldChange, type ObjectChange } from "../object-change/object-changes.js";
import type { Rows, Slice } from "../../foundation/rows.js";
import { Where } from "../../foundation/where.js";
import { Release } from "./release.entity.js";

export interface ReleaseFilter {
  readonly appId?: string | null;
  readonly namespaceId?: string | null;
}

/** What differs between two releases of an app. */
export interface ReleaseComparison {
  readonly image: FieldChange | null;
  readonly spec: readonly FieldChange[];
  readonly templates: readonly FieldChange[];
  readonly objects: readonly ObjectChange[];
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

  /** What differs between two releases of an app. */
  async compare(actor: Actor, fromId: string, toId: string): Promise<ReleaseComparison> {
    const [from, to] = await Promise.all([this.release(actor, fromId), this.release(actor, toId)]);
    if (!from) throw new NotFound("release", fromId);
    if (!to) throw new NotFound("release", toId);
    if (from.appId !== to.appId)
      throw new InvalidInput([{ path: "to", message: "Give two releases of the same app." }]);
    const revisions = await this.rows.ofIds(AppRevision, [from.revisionId, to.revisionId]);
    const spec = ({ revisionId }: Release) => revisions.find(({ id }) => id === revisionId)!.spec;
    return {
      image: fieldChanges({ image: from.image }, { image: to.image }).at(0) ?? null,
      spec: fieldChanges(spec(from), spec(to)),
      templates: fieldChanges(from.templateVersions, to.templateVersions),
      objects: objectChanges(from.manifests, to.manifests),
    };
  }

  private where(actor: Actor, { appId, namespaceId }: ReleaseFilter): Where {
    return new Where()
      .inAppsOf(this.policy.visibleNamespaces(actor))
      .inAppsOf(namespaceId ? [namespaceId] : "ALL")
      .isGiven("app_id", appId);
  }
}
