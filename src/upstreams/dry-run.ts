import type { Manifest, ObjectRef, AppRef } from "./cluster-object.js";

/** A stored object without its status and the server's metadata. */
export interface StoredObject {
  readonly manifest: Manifest;
  /** Differs from the uid of a later object with the same name. */
  readonly uid: string;
  /** Changes with every write, also of the status. */
  readonly version: string;
}

/** The dry run of applying one manifest. */
export interface DryRunResult {
  /** Undefined when there is no such object. */
  readonly before?: StoredObject;
  /** The object as it would be stored, with defaults; undefined when it is refused. */
  readonly after?: Manifest;
  readonly refusal?: {
    /** The cluster's message. */
    readonly message: string;
    readonly reason: "INVALID" | "IMMUTABLE" | "NO_NAMESPACE";
  };
}

/** A quota of a namespace; `resource` is Kubernetes' name (`pods`, `requests.cpu`). Cores, bytes or a count. */
export interface ResourceQuota {
  readonly name: string;
  readonly resource: string;
  readonly hard: number;
  readonly used: number;
}

/** The capacity of an empty schedulable node; cores, bytes and a count. */
export interface NodeCapacity {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

/** A host and path of an Ingress in any namespace. */
export interface ClaimedHost {
  readonly namespace: string;
  readonly name: string;
  /** The app whose Ingress it is. */
  readonly appId?: string;
  readonly host: string;
  readonly path: string;
}

/** The parts of the cluster that an app depends on. Undefined when the platform may not read them. */
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
  /** Reads the object and applies the manifest in a dry run. A refusal is a result, not an error. */
  preview(manifest: Manifest, signal: AbortSignal): Promise<DryRunResult>;
  /** The objects that `Cluster.prune` would remove. */
  removable(owner: AppRef, keep: readonly Manifest[], signal: AbortSignal): Promise<readonly ObjectRef[]>;
  /** All objects of a kind in a namespace, whoever created them. */
  stored(
    kind: Pick<ObjectRef, "apiVersion" | "kind">,
    namespace: string,
    signal: AbortSignal,
  ): Promise<readonly StoredObject[]>;
  clusterContext(namespace: string, signal: AbortSignal): Promise<ClusterContext>;
  /** All hosts in the cluster; undefined when the platform may not read them. */
  hosts(signal: AbortSignal): Promise<ClusterContext["hosts"]>;
}
