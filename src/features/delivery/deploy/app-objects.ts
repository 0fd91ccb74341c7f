import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import { refOf, type Manifest } from "../../../upstreams/cluster-object.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import { decryptSecrets } from "../../foundation/secrets.js";
import { addedFields } from "../drift/drift.rules.js";
import type { AppPlacement, HostGuard } from "./host-guard.js";

/** Writes an app's objects to the cluster. */
export class AppObjects {
  constructor(
    private readonly clusters: Clusters,
    private readonly hosts: HostGuard,
    private readonly cipher: SecretCipher,
  ) {}

  /** Applies the manifests, and removes every other object of the app that is not in `keep`. */
  async apply(
    { app, namespace }: AppPlacement,
    manifests: readonly Manifest[],
    context: ReconcileContext,
    keep: readonly Manifest[] = manifests,
  ): Promise<void> {
    const opened = manifests.map((manifest) => decryptSecrets(manifest, this.cipher));
    const cluster = this.clusters.of(namespace.name);
    await cluster.apply(opened, context.signal);
    await cluster.prune({ appId: app.id, namespace: namespace.name }, keep, context.signal);
  }

  /** Creates the objects that are missing. Changed objects are left alone: they are drift, which people repair or adopt. */
  async recreateMissing(
    placement: AppPlacement,
    manifests: readonly Manifest[],
    context: ReconcileContext,
  ): Promise<void> {
    const cluster = this.clusters.of(placement.namespace.name);
    const found = await Promise.all(manifests.map((manifest) => cluster.read(refOf(manifest), context.signal)));
    const missing = manifests.filter((_manifest, at) => !found[at]);
    await this.hosts.requireApplicable(placement, missing, context, true);
    await this.apply(placement, missing, context, manifests);
  }

  /** Applies the objects that need no image, before the first release. An imported app has them already, under its own selector. */
  async applyBase(
    em: SqlEntityManager,
    placement: AppPlacement,
    manifests: readonly Manifest[],
    context: ReconcileContext,
  ): Promise<void> {
    if (placement.app.selector) return;
    await this.hosts.requireApplicable(placement, manifests, context);
    await this.apply(placement, manifests, context);
    await this.hosts.freeUnservedIfAny(em, placement.app, manifests, context);
  }

  /** Removes the fields that others added to these objects; an apply leaves them. */
  async removeAdded(
    { namespace }: AppPlacement,
    manifests: readonly Manifest[],
    context: ReconcileContext,
  ): Promise<void> {
    const cluster = this.clusters.of(namespace.name);
    for (const manifest of manifests)
      await cluster.removeFields(refOf(manifest), (live) => addedFields(manifest, live), context.signal);
  }
}
