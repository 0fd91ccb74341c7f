import type { Actor } from "../../../kernel/actor.js";
import { ifGiven, oneOf, type Filter } from "../../foundation/filter.js";
import type { ListOfApps, ReadModel, KeysetPage } from "../../foundation/read-model.js";
import type { Policy } from "../../identity/access/policy.js";
import { Build, type BuildPhase } from "./build.entity.js";

interface BuildFilter {
  readonly appId?: string | null;
  readonly namespaceId?: string | null;
  readonly phases?: readonly BuildPhase[] | null;
}

/** Reads builds for those who may see them. */
export class BuildReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
  ) {}

  async build(actor: Actor, id: string): Promise<Build | null> {
    const build = await this.readModel.byId(Build, id);
    return build && this.policy.can(actor, "namespace:read", build.namespaceId) ? build : null;
  }

  /** Builds that the actor may see, newest first. */
  async builds(actor: Actor, filter: BuildFilter, slice: KeysetPage): Promise<Build[]> {
    return this.readModel.newest(Build, this.filter(actor, filter), slice);
  }

  async countBuilds(actor: Actor, filter: BuildFilter): Promise<number> {
    return this.readModel.count(Build, this.filter(actor, filter));
  }

  /** The builds of each app. */
  buildsOf(actor: Actor): ListOfApps<Build> {
    return this.readModel.ofApps(Build, this.filter(actor, {}));
  }

  private filter(actor: Actor, { appId, namespaceId, phases }: BuildFilter): Filter<Build> {
    return (builds) =>
      builds
        .$call(oneOf("namespaceId", this.policy.visibleNamespaces(actor)))
        .$call(ifGiven("namespaceId", namespaceId))
        .$call(ifGiven("appId", appId))
        .$call(oneOf("phase", phases && phases.length > 0 ? phases : "ALL"));
  }
}
