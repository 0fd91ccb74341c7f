import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import { pageSize, type PageRequest } from "../../../kernel/page.js";
import type { RefKind, RefPage } from "../../../upstreams/source-host.js";
import type { SourceHosts } from "../../../upstreams/source-hosts.js";
import type { Policy } from "../../identity/access/policy.js";
import type { Allowances } from "../namespace/allowances.js";
import { App, AppRevision, scopeOf } from "../app/app.entity.js";
import { Namespace } from "../namespace/namespace.entity.js";

interface RefsQuery extends PageRequest {
  readonly appId: string;
  readonly kind: RefKind;
  readonly search?: string | null;
}

/** Reading the tags and branches of an app's repository. */
export class RepositoryReader {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly policy: Policy,
    private readonly allowances: Allowances,
    private readonly sourceHosts: SourceHosts,
  ) {}

  async refs(actor: Actor, { appId, kind, search, ...page }: RefsQuery): Promise<RefPage> {
    const em = this.fork();
    const app = await em.findOne(App, appId);
    if (!app) throw new NotFound("app", appId);
    this.policy.require(actor, "namespace:read", scopeOf(app));
    const { spec } = await em.findOneOrFail(AppRevision, app.revisionId);
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    // Checked before the source host is called: the platform's token may read more than the namespace may.
    const problem = this.allowances.repositoryProblem(namespace, spec.repository);
    if (problem !== undefined) throw new InvalidInput([{ path: "app", message: problem }]);
    return this.sourceHosts
      .of(spec.repository)
      .refs(
        spec.repository,
        { kind, first: pageSize(page), ...(search && { search }), ...(page.after && { after: page.after }) },
        AbortSignal.timeout(15_000),
      );
  }
}
