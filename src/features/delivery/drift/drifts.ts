import { createHash } from "node:crypto";
import type { Seal } from "../../../kernel/seal.js";
import { refOf, type Cluster, type Manifest } from "../../../upstreams/cluster.js";
import type { LiveObject } from "../../../upstreams/live-object.js";
import { isDriftChecked } from "../../../upstreams/object-kinds.js";
import type { App } from "../app/app.entity.js";
import type { Namespace } from "../namespace/namespace.entity.js";
import type { Release } from "../release/release.entity.js";
import type { Rollout } from "../rollout/rollout.entity.js";
import { openSecrets } from "../../foundation/secrets.js";
import { objectDrifts, type ObjectDrift } from "./drift.rules.js";

export const DriftState = {
  NONE: "NONE",
  DRIFTED: "DRIFTED",
  UNSETTLED: "UNSETTLED",
  NOT_LIVE: "NOT_LIVE",
  UNKNOWN: "UNKNOWN",
} as const;
export type DriftState = keyof typeof DriftState;

/** Where an app's objects in the cluster differ from what its last release says. */
export interface AppDrift {
  readonly appId: string;
  readonly state: DriftState;
  /** What the cluster is compared with. */
  readonly releaseId: string | null;
  readonly objects: readonly ObjectDrift[];
}

/** What an app's drift is judged by, beside the cluster. */
export interface DriftSight {
  readonly app: App;
  readonly namespace: Pick<Namespace, "name">;
  /** The one that the cluster follows. */
  readonly rollout: Rollout | null;
  /** What that one puts live. */
  readonly release: Release | null;
}

/** The drift of apps, out of what the cluster's cache shows: nothing is asked, and nothing is compared twice. */
export class Drifts {
  /** The cache gives the same list until something in it has changed. */
  private readonly judged = new WeakMap<readonly LiveObject[], AppDrift>();

  constructor(
    private readonly cluster: Pick<Cluster, "objects" | "hasAll">,
    private readonly seal: Seal,
  ) {}

  of({ app, namespace, rollout, release }: DriftSight): AppDrift {
    const none = { appId: app.id, releaseId: release?.id ?? null, objects: [] };
    if (app.phase === "RETIRED" || !rollout || !release) return { ...none, state: "NOT_LIVE" };
    // Who changes the cluster just now is we.
    if (!rollout.isOver() || !rollout.appliedAt) return { ...none, state: "UNSETTLED" };
    const live = this.cluster.objects({ appId: app.id, namespace: namespace.name });
    const known = this.judged.get(live);
    if (known?.releaseId === release.id) return known;
    const wanted = release.manifests.filter(isDriftChecked).map((manifest) => openSecrets(manifest, this.seal));
    const hasAll = (manifest: Manifest): boolean => this.cluster.hasAll(refOf(manifest));
    const isSeen = wanted.every(hasAll);
    const objects = objectDrifts(wanted, live, hasAll);
    const state = objects.length > 0 ? "DRIFTED" : isSeen ? "NONE" : "UNKNOWN";
    const drift: AppDrift = { ...none, state, objects };
    if (isSeen) this.judged.set(live, drift);
    return drift;
  }
}

/** Stands for these very differences, in any process. */
export const markOf = (drifts: readonly AppDrift[]): string =>
  createHash("sha256").update(JSON.stringify(drifts)).digest("base64url");
