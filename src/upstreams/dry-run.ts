import type { Manifest, ObjectRef, AppRef } from "./cluster-object.js";

/** An object as the cluster stores it, without its status and what the server notes about it. */
export interface StoredObject {
  readonly manifest: Manifest;
  /** Another object of the same name has another one. */
  readonly uid: string;
  /** Changes with every write, those of its status included. */
  readonly version: string;
}

/** What applying one manifest would come to. */
export interface DryRunResult {
  /** Undefined when there is no such object. */
  readonly before?: StoredObject;
  /** As it would be stored, defaults included; undefined when it is refused. */
  readonly after?: Manifest;
  readonly refusal?: {
    /** The cluster's own words. */
    readonly message: string;
    readonly reason: "INVALID" | "IMMUTABLE" | "NO_NAMESPACE";
  };
}

/** One limit of a namespace; `resource` is Kubernetes' word (`pods`, `requests.cpu`). Cores, bytes or a count. */
export interface ResourceQuota {
  readonly name: string;
  readonly resource: string;
  readonly hard: number;
  readonly used: number;
}

/** What one node that takes pods can hold when nothing runs there; cores, bytes and a count. */
export interface NodeCapacity {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

/** One host and path that an Ingress claims, in whichever namespace. */
export interface ClaimedHost {
  readonly namespace: string;
  readonly name: string;
  /** Of the app that the platform made the Ingress for. */
  readonly appId?: string;
  readonly host: string;
  readonly path: string;
}

/** What lies around an app. Undefined is what the cluster does not let us see. */
export interface ClusterContext {
  readonly quotas?: readonly ResourceQuota[];
  readonly nodes?: readonly NodeCapacity[];
  readonly hosts?: readonly ClaimedHost[];
}

/**
 * What the cluster would make of things, told before they are done. Each is a real upstream call. Throws
 * UpstreamRejected or UpstreamUnavailable, and respects the signal.
 */
export interface DryRun {
  /** Reads the object and tries the manifest, in one dry run. A refusal is an answer. */
  preview(manifest: Manifest, signal: AbortSignal): Promise<DryRunResult>;
  /** What `Cluster.prune` would remove. */
  removable(owner: AppRef, keep: readonly Manifest[], signal: AbortSignal): Promise<readonly ObjectRef[]>;
  /** Every object of a kind in a namespace, whoever made it. */
  stored(
    kind: Pick<ObjectRef, "apiVersion" | "kind">,
    namespace: string,
    signal: AbortSignal,
  ): Promise<readonly StoredObject[]>;
  clusterContext(namespace: string, signal: AbortSignal): Promise<ClusterContext>;
  /** Every host in the cluster; undefined when the cluster does not let us see them. */
  hosts(signal: AbortSignal): Promise<ClusterContext["hosts"]>;
}
