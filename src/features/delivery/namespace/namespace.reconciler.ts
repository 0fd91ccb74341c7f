import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { UpstreamRejected } from "../../../kernel/errors.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import { RenderingError } from "../../../rendering/rendering-error.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import { decryptSecrets } from "../../foundation/secrets.js";
import type { NamespaceManifests } from "./namespace-manifests.js";
import { Namespace } from "./namespace.entity.js";

/** Ensures the Kubernetes Namespace, our rights in it, and the Secret that lets its pods pull images. */
export class NamespaceReconciler implements Reconciler {
  readonly kind = "namespace";

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly cluster: Cluster,
    private readonly manifests: NamespaceManifests,
    private readonly cipher: SecretCipher,
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
      const isNamespace = ({ kind }: Manifest): boolean => kind === "Namespace";
      // The namespace is claimed first: without our rights in it, the other objects would be refused.
      for (const each of opened.filter(isNamespace)) await this.cluster.claim(each, context.signal);
      await this.cluster.apply(
        opened.filter((each) => !isNamespace(each)),
        context.signal,
      );
    } catch (error) {
      if (!(error instanceof UpstreamRejected || error instanceof RenderingError)) throw error;
      await this.settle(context, id, "FAILED", error.message);
      return requeueAfter(30_000);
    }
    await this.settle(context, id, "READY", null);
    return done;
  }

  private async settle(
    context: ReconcileContext,
    id: string,
    phase: Namespace["phase"],
    failure: string | null,
  ): Promise<void> {
    await context.commit(async (em) => {
      const namespace = await em.findOneOrFail(Namespace, id);
      if (namespace.phase === phase && namespace.failure === failure) return;
      namespace.phase = phase;
      namespace.failure = failure;
    });
  }
}
