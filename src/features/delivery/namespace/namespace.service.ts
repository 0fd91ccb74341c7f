import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { NewId } from "../../../kernel/ids.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import type { Cluster, ClusterNamespace } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import { Member } from "../../identity/member/member.entity.js";
import type { Policy } from "../../identity/access/policy.js";
import { expectVersion, type MutationResult, type Mutations } from "../../foundation/mutations.js";
import { checkInput } from "../../foundation/check-input.js";
import { claimRefusals } from "./claim-refusals.js";
import {
  allowance,
  namespaceEdit,
  newNamespace,
  reserved,
  type AllowNamespaceInput,
  type CreateNamespaceInput,
  type RegistryInput,
  type UpdateNamespaceInput,
} from "./namespace-input.js";
import { tighten, type NamespaceSecurity } from "./namespace-security.js";
import { Namespace } from "./namespace.entity.js";

interface NamespaceServiceDependencies {
  readonly fork: () => SqlEntityManager;
  readonly mutations: Mutations;
  readonly policy: Policy;
  readonly clusters: Clusters;
  readonly cipher: SecretCipher;
  readonly newId: NewId;
  readonly security: NamespaceSecurity;
}

/** Creates, changes and imports namespaces. */
export class NamespaceService {
  constructor(private readonly deps: NamespaceServiceDependencies) {}

  async create(actor: MemberActor, input: CreateNamespaceInput): Promise<MutationResult<Namespace>> {
    this.deps.policy.require(actor, "namespace:create");
    const given = checkInput(newNamespace, input);
    if (given.name === (await this.deps.clusters.of(given.name).home()))
      throw new InvalidInput([{ path: "input.name", message: "The platform itself runs in this namespace." }]);
    return this.deps.mutations.run(
      actor,
      { mutation: "createNamespace", input },
      Namespace,
      async (unit) => {
        const namespace = unit.em.create(Namespace, {
          id: this.deps.newId("Namespace"),
          name: given.name,
          displayName: given.displayName ?? given.name,
          autoRollBack: given.autoRollBack ?? false,
          podSecurity: this.deps.security.podSecurity,
          isIsolated: this.deps.security.isIsolated,
        });
        if (given.registry) this.setRegistry(namespace, given.registry);
        await unit.record({
          event: "namespace.created",
          subjectId: namespace.id,
          namespaceId: namespace.id,
          data: { name: namespace.name },
        });
        await unit.enqueue({ kind: "namespace", key: namespace.id });
        return namespace;
      },
      { namespace_name_key: { path: "input.name", message: `There is a namespace ${input.name} already.` } },
    );
  }

  async update(actor: MemberActor, input: UpdateNamespaceInput): Promise<MutationResult<Namespace>> {
    const given = checkInput(namespaceEdit, input);
    return this.deps.mutations.run(actor, { mutation: "updateNamespace", input }, Namespace, async (unit) => {
      const namespace = await unit.em.findOne(Namespace, input.id);
      if (!namespace) throw new NotFound("namespace", input.id);
      this.deps.policy.require(actor, "namespace:update", {
        namespaceId: namespace.id,
        kind: "namespace",
        id: namespace.id,
      });
      expectVersion(namespace, input.expectedVersion);
      namespace.displayName = given.displayName ?? namespace.displayName;
      namespace.autoRollBack = given.autoRollBack ?? namespace.autoRollBack;
      if (given.registry) this.setRegistry(namespace, given.registry);
      tighten(namespace, given, this.deps.security);
      await unit.record({
        event: "namespace.updated",
        subjectId: namespace.id,
        namespaceId: namespace.id,
        data: {
          displayName: namespace.displayName,
          autoRollBack: namespace.autoRollBack,
          registryServer: namespace.registryServer,
          podSecurity: namespace.podSecurity,
          isIsolated: namespace.isIsolated,
        },
      });
      await unit.enqueue({ kind: "namespace", key: namespace.id });
      return namespace;
    });
  }

  /** Sets the allowances of a namespace. Running apps stay; later changes are refused where they are not allowed any more. */
  async allow(actor: MemberActor, input: AllowNamespaceInput): Promise<MutationResult<Namespace>> {
    this.deps.policy.require(actor, "namespace:allow");
    const given = checkInput(allowance, input);
    return this.deps.mutations.run(actor, { mutation: "allowNamespace", input }, Namespace, async (unit) => {
      const namespace = await unit.em.findOne(Namespace, input.id);
      if (!namespace) throw new NotFound("namespace", input.id);
      expectVersion(namespace, input.expectedVersion);
      const before = { domains: namespace.domains, repositories: namespace.repositories };
      if (given.domains !== undefined) namespace.domains = given.domains;
      if (given.repositories !== undefined) namespace.repositories = given.repositories;
      const after = { domains: namespace.domains, repositories: namespace.repositories };
      await unit.record({
        event: "namespace.allowed",
        subjectId: namespace.id,
        namespaceId: namespace.id,
        data: { name: namespace.name, before, after },
      });
      return namespace;
    });
  }

  /**
   * Imports namespaces of the cluster by name, or all that can be imported: not Kubernetes' own, not the platform's own, not
   * terminating ones, and none that the cluster would refuse. Resolves with the imported namespaces.
   */
  async import(
    actor: MemberActor,
    input: { names?: readonly string[] | null; idempotencyKey?: string | null },
  ): Promise<MutationResult<readonly Namespace[]>> {
    this.deps.policy.require(actor, "namespace:import");
    const signal = AbortSignal.timeout(15_000);
    const candidates = await Promise.all(this.deps.clusters.all.map((cluster) => importable(cluster, signal)));
    const found = candidates.flat().filter(({ name }) => !input.names || input.names.includes(name));
    const missing = (input.names ?? []).find((name) => !found.some((each) => each.name === name));
    if (missing !== undefined) throw new NotFound("namespace in the cluster that can be imported", missing);
    const refusals = await claimRefusals(this.deps.clusters, found, signal);
    if (input.names && refusals.size > 0)
      throw new InvalidInput([...refusals.values()].map((message) => ({ path: "input.names", message })));
    const names = found.map(({ name }) => name).filter((name) => !refusals.has(name));
    const { cursor } = await this.deps.mutations.run(
      actor,
      { mutation: "importNamespaces", input },
      Member,
      async (unit) => {
        const known = await unit.em.find(Namespace, { name: { $in: names } });
        for (const name of names.filter((each) => !known.some((namespace) => namespace.name === each))) {
          const { id } = unit.em.create(Namespace, { id: this.deps.newId("Namespace"), name, displayName: name });
          await unit.record({ event: "namespace.imported", subjectId: id, namespaceId: id, data: { name } });
          await unit.enqueue({ kind: "namespace", key: id });
        }
        return unit.em.findOneOrFail(Member, actor.memberId);
      },
      { namespace_name_key: { path: "input.names", message: "Somebody else imports the same namespaces just now." } },
    );
    const imported = await this.deps.fork().find(Namespace, { name: { $in: names } }, { orderBy: { name: "asc" } });
    return { entity: imported, cursor };
  }

  private setRegistry(namespace: Namespace, given: RegistryInput): void {
    namespace.registryServer = given.server;
    namespace.registryUsername = given.username ?? null;
    namespace.registryPasswordSealed = given.password ? this.deps.cipher.encrypt(given.password, namespace.id) : null;
  }
}

/** The namespaces of a cluster that can be imported. */
async function importable(cluster: Cluster, signal: AbortSignal): Promise<ClusterNamespace[]> {
  const [home, found] = await Promise.all([cluster.home(), cluster.namespaces(signal)]);
  return found.filter(({ name, terminating }) => !terminating && name !== home && !reserved.test(name));
}
