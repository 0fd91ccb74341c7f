import type { AppRef, Manifest, ObjectRef } from "./cluster-object.js";
import type { DryRun } from "./dry-run.js";
import type { FieldPath, LiveObject } from "./live-object.js";

/** The labels and annotations of our objects in the cluster, by which their app and release are found. */
export const labels = {
  managedBy: "app.kubernetes.io/managed-by",
  managedByUs: "orrery",
  appName: "app.kubernetes.io/name",
  /** On all objects of an app and on its pods: the app's id. */
  app: "orrery.dev/app",
  /** On the Deployment and its pod template: the release's id. */
  release: "orrery.dev/release",
} as const;

/** The observed state of an app's Deployment. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly appId: string;
  /** The release in the Deployment's spec; undefined before the first rollout. */
  readonly releaseId?: string;
  readonly image: string;
  /**
   * The generation of the spec, and the one that the controller has observed; its counts and conditions are about the
   * spec only when both are equal.
   */
  readonly generation: number;
  readonly observedGeneration: number;
  readonly desired: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Pods of all generations, terminating ones included. */
  readonly total: number;
  /** Paused (`spec.paused`): the controller replaces no pods until the Deployment is resumed. */
  readonly paused: boolean;
  /** The message of the controller when it gave up on progress (`ProgressDeadlineExceeded`). */
  readonly deadlineExceeded?: string;
  /** The controller's message when pods could not be created at all (quota, admission, limit range). */
  readonly replicaFailure?: string;
}

export type ContainerPhase = "WAITING" | "RUNNING" | "TERMINATED";

export interface PodContainer {
  readonly name: string;
  readonly image: string;
  readonly phase: ContainerPhase;
  readonly ready: boolean;
  readonly restarts: number;
  /** Kubernetes' reason: `ImagePullBackOff`, `CrashLoopBackOff`, `OOMKilled`, `Completed`. */
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  /** The reason why the previous run ended. */
  readonly lastReason?: string;
  readonly lastExitCode?: number;
}

export type PodPhase = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "UNKNOWN";

/** A pod of an app. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly appId: string;
  readonly releaseId?: string;
  readonly phase: PodPhase;
  readonly ready: boolean;
  /** Deleted, but not gone yet. */
  readonly leaving: boolean;
  readonly node?: string;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  /** Why the pod cannot be scheduled; the scheduler's message. */
  readonly unschedulable?: string;
  readonly containers: readonly PodContainer[];
}

/** A Kubernetes event about an object. */
export interface ClusterEvent {
  readonly reason: string;
  readonly message: string;
  readonly warning: boolean;
  readonly count: number;
  readonly lastSeenAt: Date;
}

export interface ClusterNamespace {
  readonly name: string;
  readonly managedByUs: boolean;
  /** Deleted, but not gone yet. */
  readonly terminating: boolean;
}

/** The container whose log is read, and where to begin. */
export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Follows: delivers new lines until the container ends. */
  readonly follow?: boolean;
  /** Reads the previous run of the container. */
  readonly previous?: boolean;
  /** Only lines of this time or later; fractions of a second are ignored. */
  readonly sinceTime?: Date;
  /** Only this many lines from the end. */
  readonly tailLines?: number;
}

/** A line of a container's log, or a piece of a line that is too long. */
export interface PodLogLine {
  /** The time in UTC with nine decimals, so that texts sort as their times do. Several lines may have the same time. */
  readonly at: string;
  /** Without its line end. Bytes that are not UTF-8 become U+FFFD. */
  readonly text: string;
  /** The line continues in the next piece. A line is always cut at the same places. */
  readonly continues: boolean;
}

/** The end of a log that was read completely. */
export interface PodLogEnd {
  /**
   * The text after the last line end: the beginning of a line that is still being printed, or a last line without an
   * end.
   */
  readonly unfinished?: PodLogLine;
}

/**
 * The cluster that apps run in. Reads come from a cache that watches update, so they cost no upstream call and never
 * fail; before `ready`, or while a watch is broken, they show the last known state. Writes are declarative and may be
 * repeated. They throw UpstreamRejected (with the cluster's message) or UpstreamUnavailable, and respect the signal.
 */
export interface Cluster {
  /**
   * Claims a namespace before anything else is applied there: creates the Namespace with our label, and our rights in
   * it. Without rights, all other calls throw RightsMissing. Refuses the namespace that the platform itself runs in.
   */
  claim(namespace: Manifest, signal: AbortSignal): Promise<void>;
  /** The namespace that the platform itself runs in, if known; never rejects. */
  home(): Promise<string | undefined>;
  /**
   * Applies the objects in order, under our field manager; fields of other managers stay unless ours conflict with
   * them. When it resolves, the cache shows the stored objects, unless its watch is broken.
   */
  apply(manifests: readonly Manifest[], signal: AbortSignal): Promise<void>;
  /** `apply` for one object of this version; false when it has changed since. One that is gone is created. */
  applyIfVersion(manifest: Manifest, version: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Deletes the object of this uid and creates the new one. Throws ObjectTerminating while the old one is not gone
   * (finalizers, grace periods), however long that takes: repeat it later.
   */
  replace(manifest: Manifest, uid: string, signal: AbortSignal): Promise<void>;
  /** The objects of `apply` as the server would store them; changes nothing. */
  dryRun(manifests: readonly Manifest[], signal: AbortSignal): Promise<readonly Manifest[]>;
  /**
   * Removes all objects of the owner that are not in `keep`, of all kinds that we may render. Resolves with the removed
   * ones.
   */
  prune(owner: AppRef, keep: readonly Manifest[], signal: AbortSignal): Promise<readonly ObjectRef[]>;
  /** Removes all objects of the owner; resolves with how many still exist (finalizers, grace periods). */
  removeAll(owner: AppRef, signal: AbortSignal): Promise<number>;
  /** Dry runs of `apply` and `prune`. */
  readonly dryRuns: DryRun;
  /**
   * Removes fields from an object, whoever set them: those that `which` selects in the present object. The cache shows
   * the result as for `apply`.
   */
  removeFields(ref: ObjectRef, which: (live: LiveObject) => readonly FieldPath[], signal: AbortSignal): Promise<void>;
  /** The stored object, or undefined. An upstream call, for reconcilers and tests. */
  read(ref: ObjectRef, signal: AbortSignal): Promise<Manifest | undefined>;
  namespaces(signal: AbortSignal): Promise<readonly ClusterNamespace[]>;
  /** The newest events about one object, newest first, at most ten. An upstream call, for reconcilers. */
  events(
    about: { readonly namespace: string; readonly kind: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly ClusterEvent[]>;

  /**
   * Reads a container's log line by line. A promise of `take` is awaited, so a slow reader slows its own log down and
   * nothing is buffered. Resolves when the server ends the log: at its end, or when the followed container ends; a
   * follow that the server closes early looks the same. Rejects when the connection breaks.
   */
  readPodLog(
    request: PodLogRequest,
    take: (line: PodLogLine) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<PodLogEnd>;

  /** From the cache. */
  workload(owner: AppRef): Workload | undefined;
  /** From the cache, oldest first, terminating ones included. */
  pods(owner: AppRef): readonly Pod[];
  /**
   * From the cache: all objects with the app's label that no controller made, of the kinds in `objectKinds`. Returns
   * the same array until one of them changes.
   */
  objects(owner: AppRef): readonly LiveObject[];
  /**
   * Whether `objects` has all objects of a kind in a namespace: false before the first list, and without the right to
   * read them.
   */
  hasAll(of: Omit<ObjectRef, "name">): boolean;
  /** Grows with each change of what `workload`, `pods` and `objects` return, before any callback. */
  readonly revision: number;
  /**
   * Calls back with the app whose workload, pods or objects changed, and with undefined when anything may have (a watch
   * was re-listed). Returns the function that unsubscribes.
   */
  onChange(listen: (owner: AppRef | undefined) => void): () => void;
  /** Starts the watches; resolves after their first lists, and retries until the signal aborts. */
  start(signal: AbortSignal): Promise<void>;
  /** Whether the cache is up to date, and if not, since when. */
  health(): UpstreamHealth;
}

/** The health of an upstream; `error` is the message of the last failure while it is down. */
export interface UpstreamHealth {
  readonly reachable: boolean;
  readonly since: Date;
  readonly error?: string;
}
