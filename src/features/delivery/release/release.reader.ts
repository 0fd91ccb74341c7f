import type { Actor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import { AppRevision } from "../app/app.entity.js";
import { fieldChanges, objectChanges, type FieldChange, type ObjectChange } from "../object-change/object-changes.js";
import type { ListOfApps, ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { ifGiven, inAppsOf, type Filter } from "../../foundation/filter.js";
import { Release } from "./release.entity.js";

interface ReleaseFilter {
  readonly appId?: string | null;
  readonly namespaceId?: string | null;
}

/** The differences between two releases of an app. */
export interface ReleaseComparison {
  readonly image: FieldChange | null;
  readonly spec: readonly FieldChange[];
  readonly templates: readonly FieldChange[];
  readonly objects: readonly ObjectChange[];
}

/** Reading releases. */
export class ReleaseReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async release(actor: Actor, id: string): Promise<Release | null> {
    return this.readModel.one(Release, (releases) => this.filter(actor, {})(releases).where("id", "=", id));
  }

  /** Releases that the actor may see, newest first. */
  async releases(actor: Actor, filter: ReleaseFilter, slice: KeysetPage): Promise<Release[]> {
    return this.readModel.newest(Release, this.filter(actor, filter), slice);
  }

  async countReleases(actor: Actor, filter: ReleaseFilter): Promise<number> {
    return this.readModel.count(Release, this.filter(actor, filter));
  }

  /** The releases of each app. */
  releasesOf(actor: Actor): ListOfApps<Release> {
    return this.readModel.ofApps(Release, this.filter(actor, {}));
  }

  /** The differences between two releases of an app. */
  async compare(actor: Actor, fromId: string, toId: string): Promise<ReleaseComparison> {
    const [from, to] = await Promise.all([this.release(actor, fromId), this.release(actor, toId)]);
    if (!from) throw new NotFound("release", fromId);
    if (!to) throw new NotFound("release", toId);
    if (from.appId !== to.appId)
      throw new InvalidInput([{ path: "to", message: "Give two releases of the same app." }]);
    const revisions = await this.readModel.byIds(AppRevision, [from.revisionId, to.revisionId]);
    const spec = ({ revisionId }: Release) => revisions.find(({ id }) => id === revisionId)!.spec;
    return {
      image: fieldChanges({ image: from.image }, { image: to.image }).at(0) ?? null,
      spec: fieldChanges(spec(from), spec(to)),
      templates: fieldChanges(from.templateVersions, to.templateVersions),
      objects: objectChanges(from.manifests, to.manifests),
    };
  }

  private filter(actor: Actor, { appId, namespaceId }: ReleaseFilter): Filter<Release> {
    return (releases) =>
      releases
        .$call(inAppsOf(this.policy.visibleNamespaces(actor)))
        .$call(inAppsOf(namespaceId ? [namespaceId] : "ALL"))
        .$call(ifGiven("appId", appId));
  }
}
