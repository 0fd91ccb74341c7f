import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { Conflict, HostRefused, InvalidInput } from "../../../kernel/errors.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { Policy } from "../../identity/access/policy.js";
import type { Namespace } from "../namespace/namespace.entity.js";
import type { Allowances } from "../namespace/allowances.js";
import { hostsOf } from "./ingress-hosts.js";

interface Holder {
  readonly host: string;
  readonly app: string;
  readonly namespace: string;
  readonly namespace_id: string;
}

interface Claimant {
  readonly app: { readonly id: string };
  readonly namespace: Namespace;
}

/**
 * The claims of apps to hosts. A host belongs to the first app that saves a spec with it, across all namespaces, until
 * neither a spec nor a live or pending release of the app has it. One row per host serialises concurrent claims.
 */
export class HostClaims {
  constructor(
    private readonly allowances: Allowances,
    private readonly policy: Policy,
  ) {}

  /** Claims the hosts for the app. INVALID_INPUT when its namespace may not use one, CONFLICT when another app has it. `path` is the host's place in the input. */
  async require(
    em: SqlEntityManager,
    actor: Actor,
    { app, namespace }: Claimant,
    hosts: readonly string[],
    path: string,
  ): Promise<void> {
    this.requireAllowed(namespace, hosts, path);
    await this.claim(em, app.id, hosts);
    await this.requireFree(em, actor, { app, namespace }, hosts, path);
  }

  /** The same check, without a claim. */
  async requireFree(
    em: SqlEntityManager,
    actor: Actor,
    { app, namespace }: Claimant,
    hosts: readonly string[],
    path: string,
  ): Promise<void> {
    this.requireAllowed(namespace, hosts, path);
    const holder = await this.otherHolder(em, app.id, hosts);
    if (!holder) return;
    const isSeen = this.policy.can(actor, "namespace:read", holder.namespace_id);
    const message = refusalMessage(holder, isSeen ? `the app ${holder.app} in ${holder.namespace}` : undefined);
    throw new Conflict(message, { fields: [{ path, message }] });
  }

  /** Claims hosts for objects that a worker is about to apply; throws HostRefused. Live objects keep hosts that the namespace may not use any more. */
  async requireApplicable(
    em: SqlEntityManager,
    { app, namespace }: Claimant,
    { hosts, isLive }: { readonly hosts: readonly string[]; readonly isLive: boolean },
  ): Promise<void> {
    const problem = hosts.map((host) => this.allowances.hostProblem(namespace, host)).find(Boolean);
    if (problem && !isLive) throw new HostRefused(problem);
    await this.claim(em, app.id, hosts);
    const holder = await this.otherHolder(em, app.id, hosts);
    if (holder) throw new HostRefused(refusalMessage(holder, undefined));
  }

  /** The hosts that the app has claimed. */
  async ownedBy(em: SqlEntityManager, appId: string): Promise<string[]> {
    const rows = await em.execute<{ host: string }[]>(`select host from host_claim where app_id = ?`, [appId]);
    return rows.map(({ host }) => host);
  }

  /** Frees those of the hosts that neither a spec nor a live or pending release of the app has. */
  async free(em: SqlEntityManager, appId: string, hosts: readonly string[]): Promise<void> {
    if (hosts.length === 0) return;
    // Locks the app until the commit, so that no rollout starts meanwhile.
    await em.execute(`select 1 from app where id = ? for update`, [appId]);
    const specs = await em.execute<{ host: string | null }[]>(
      `select r.spec ->> 'publicHost' as host from app a join app_revision r on r.id in (a.revision_id, a.approved_revision_id) where a.id = ?`,
      [appId],
    );
    const releases = await em.execute<{ manifests: Manifest[] }[]>(
      `select manifests from release where id in (
         select release_id from rollout where app_id = ? and not turned_down and number >= (
           select coalesce(max(number), 0) from rollout where app_id = ? and applied_at is not null))`,
      [appId, appId],
    );
    const said = new Set([
      ...specs.map(({ host }) => host),
      ...releases.flatMap(({ manifests }) => hostsOf(manifests)),
    ]);
    const free = hosts.filter((host) => !said.has(host));
    await em.execute(
      `delete from host_claim where app_id = ? and host in (select jsonb_array_elements_text(?::jsonb))`,
      [appId, JSON.stringify(free)],
    );
  }

  /** Frees all hosts of an app that has no object in the cluster any more. */
  async freeAll(em: SqlEntityManager, appId: string): Promise<void> {
    await em.execute(`delete from host_claim where app_id = ?`, [appId]);
  }

  private requireAllowed(namespace: Namespace, hosts: readonly string[], path: string): void {
    const problems = hosts.flatMap((host) => this.allowances.hostProblem(namespace, host) ?? []);
    if (problems.length > 0) throw new InvalidInput(problems.map((message) => ({ path, message })));
  }

  /** Claims the free hosts, always in the same order, so that two transactions cannot deadlock. */
  private async claim(em: SqlEntityManager, appId: string, hosts: readonly string[]): Promise<void> {
    if (hosts.length === 0) return;
    await em.execute(
      `insert into host_claim (host, app_id) select host, ? from jsonb_array_elements_text(?::jsonb) as host order by host
       on conflict (host) do nothing`,
      [appId, JSON.stringify(hosts)],
    );
  }

  /** Another app that has one of the hosts. */
  private async otherHolder(
    em: SqlEntityManager,
    appId: string,
    hosts: readonly string[],
  ): Promise<Holder | undefined> {
    const [holder] = await em.execute<Holder[]>(
      `select c.host, a.name as app, n.name as namespace, n.id as namespace_id
         from host_claim c join app a on a.id = c.app_id join namespace n on n.id = a.namespace_id
        where c.host in (select jsonb_array_elements_text(?::jsonb)) and c.app_id <> ? order by c.host limit 1`,
      [JSON.stringify(hosts), appId],
    );
    return holder;
  }
}

const refusalMessage = ({ host }: Holder, by: string | undefined): string =>
  `${host} is the host of ${by ?? "another app"} already. Choose another host, or have it given up there first.`;
