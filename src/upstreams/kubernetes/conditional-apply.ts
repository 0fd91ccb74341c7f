import { UpstreamRejected } from "../../kernel/errors.js";
import { refOf, type Manifest } from "../cluster-object.js";
import { ObjectTerminating } from "../object-terminating.js";
import type { OwnedObjects } from "./owned-objects.js";
import type { ServerSideApply } from "./server-side-apply.js";

/** Changes objects only while they are those that were seen before. */
export class ConditionalApply {
  constructor(
    private readonly applying: ServerSideApply,
    private readonly owned: OwnedObjects,
  ) {}

  async applyIfVersion(manifest: Manifest, version: string, signal: AbortSignal): Promise<boolean> {
    const seen = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: version } };
    try {
      await this.applying.apply(seen, signal);
      return true;
    } catch (error) {
      if (error instanceof UpstreamRejected && error.status === 409) return false;
      throw error;
    }
  }

  async replace(manifest: Manifest, uid: string, signal: AbortSignal): Promise<void> {
    const former = await this.applying.stored(manifest, signal);
    if (former?.metadata.uid === uid && former.metadata.deletionTimestamp === undefined) {
      const { namespace = "", ...ref } = refOf(manifest);
      const found = { ...ref, namespace, uid, terminating: false, controlled: false };
      await this.owned.remove(found, "Foreground", signal);
    }
    // What has no finalizers and owns nothing is gone at once.
    const left = former?.metadata.uid === uid ? await this.applying.stored(manifest, signal) : undefined;
    if (left?.metadata.uid === uid)
      throw new ObjectTerminating(`${manifest.kind} ${manifest.metadata.name}`, left.metadata.finalizers ?? []);
    await this.applying.apply(manifest, signal);
  }
}
