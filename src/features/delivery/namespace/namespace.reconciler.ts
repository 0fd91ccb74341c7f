import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "../../../kernel/clock.js";
import { UpstreamRejected } from "../../../kernel/errors.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import { RenderingError } from "../../../rendering/rendering-error.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import { conditionAfter, conditionOf, type ObservedCondition } from "../../foundation/condition.js";
import { decryptSecrets } from "../../foundation/secrets.js";
import type { NamespaceManifests } from "./namespace-manifests.js";
import { Namespace } from "./namespace.entity.js";

/** Ensures the Kubernetes Namespace, our rights in it, and the Secret that lets its pods pull images. */
export class NamespaceReconciler implements Reconciler {
  readonly kind = "namespace";
  readonly resync = `select id from namespace`;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly clusters: Clusters,
    private readonly manifests: NamespaceManifests,
    private readonly cipher: SecretCipher,
    private readonly clock: Clock,
  ) {}

  async reconcile(id: string, context: ReconcileContext): Promise<Outcome> {
    const em = this.fork();
    const namespace = await em.findOne(Namespace, id);
    if (!namespace) return done;
    const password = namespace.registryPasswordSealed
      ? this.cipher.decrypt(namespace.registryPasswordSealed, id)
      : undefined;
    try {
      const manifests = await this.manifests.of(em, namespace, password);
      const opened = manifests.map((manifest) => decryptSecrets(manifest, this.cipher));
      const cluster = this.clusters.of(namespace.name);
      const isNamespace = ({ kind }: Manifest): boolean => kind === "Namespace";
      // The namespace is claimed first: without our rights in it, the other objects would be refused.
      for (const each of opened.filter(isNamespace)) await cluster.claim(each, context.signal);
      await cluster.apply(
        opened.filter((each) => !isNamespace(each)),
        context.signal,
      );
    } catch (error) {
      const seen = conditionOf(error);
      if (!seen) throw error;
      const isRefused = error instanceof UpstreamRejected || error instanceof RenderingError;
      await this.record(context, id, seen, isRefused ? "FAILED" : namespace.phase);
      if (!isRefused) throw error;
      return requeueAfter(30_000);
    }
    await this.record(context, id, null, "READY");
    return done;
  }

  private async record(
    context: ReconcileContext,
    id: string,
    seen: ObservedCondition | null,
    phase: Namespace["phase"],
  ): Promise<void> {
    await context.commit(async (em) => {
      const namespace = await em.findOneOrFail(Namespace, id);
      namespace.phase = phase;
      namespace.condition = conditionAfter(namespace.condition, seen, this.clock.now());
    });
  }
}
