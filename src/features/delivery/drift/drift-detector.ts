import { createHash } from "node:crypto";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import type { Cluster } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import { refOf, type Manifest } from "../../../upstreams/cluster-object.js";
import type { LiveObject } from "../../../upstreams/live-object.js";
import { isDriftChecked } from "../../../upstreams/object-kinds.js";
import type { App } from "../app/app.entity.js";
import type { Namespace } from "../namespace/namespace.entity.js";
import type { Release } from "../release/release.entity.js";
import type { Rollout } from "../rollout/rollout.entity.js";
import { decryptSecrets } from "../../foundation/secrets.js";
import { objectDrifts, type ObjectDrift } from "./drift.rules.js";

export const DriftState = {
  NONE: "NONE",
  DRIFTED: "DRIFTED",
  UNSETTLED: "UNSETTLED",
  NOT_LIVE: "NOT_LIVE",
  UNKNOWN: "UNKNOWN",
} as const;
export type DriftState = keyof typeof DriftState;

/** The differences between an app's objects in the cluster and its last release. */
export interface AppDrift {
  readonly appId: string;
  readonly state: DriftState;
  /** The release that the cluster is compared with. */
  readonly releaseId: string | null;
  readonly objects: readonly ObjectDrift[];
}

/** The records that drift detection compares the cluster with. */
export interface DriftSnapshot {
  readonly app: App;
  readonly namespace: Pick<Namespace, "name">;
  /** The current rollout. */
  readonly rollout: Rollout | null;
  /** The release of that rollout. */
  readonly release: Release | null;
}

/** Finds the drift of apps from the cluster's cache: it makes no upstream call, and compares the same objects once. */
export class DriftDetector {
  /** Results by the identity of the list of objects: the cache returns the same array until an object of the app changes. */
  private readonly judged = new WeakMap<readonly LiveObject[], AppDrift>();

  constructor(
    private readonly clusters: Clusters<Pick<Cluster, "objects" | "hasAll">>,
    private readonly cipher: SecretCipher,
  ) {}

  of({ app, namespace, rollout, release }: DriftSnapshot): AppDrift {
    const none = { appId: app.id, releaseId: release?.id ?? null, objects: [] };
    if (app.phase === "RETIRED" || !rollout || !release) return { ...none, state: "NOT_LIVE" };
    // The rollout itself is changing the cluster.
    if (!rollout.isOver() || !rollout.appliedAt) return { ...none, state: "UNSETTLED" };
    const cluster = this.clusters.of(namespace.name);
    const live = cluster.objects({ appId: app.id, namespace: namespace.name });
    const known = this.judged.get(live);
    if (known?.releaseId === release.id) return known;
    const wanted = release.manifests.filter(isDriftChecked).map((manifest) => decryptSecrets(manifest, this.cipher));
    const hasAll = (manifest: Manifest): boolean => cluster.hasAll(refOf(manifest));
    const isSeen = wanted.every(hasAll);
    const objects = objectDrifts(wanted, live, hasAll);
    const state = objects.length > 0 ? "DRIFTED" : isSeen ? "NONE" : "UNKNOWN";
    const drift: AppDrift = { ...none, state, objects };
    if (isSeen) this.judged.set(live, drift);
    return drift;
  }
}

/** A digest of the differences; equal in every process. */
export const digestOf = (drifts: readonly AppDrift[]): string =>
  createHash("sha256").update(JSON.stringify(drifts)).digest("base64url");
