import type { AppRef, Manifest, ObjectRef } from "./cluster-object.js";
import type { DryRun } from "./dry-run.js";
import type { FieldPath, LiveObject } from "./live-object.js";

/** The words our objects carry in the cluster; whoever reads them back finds its app and release again. */
export const labels = {
  managedBy: "app.kubernetes.io/managed-by",
  managedByUs: "orrery",
  appName: "app.kubernetes.io/name",
  /** On every object of an app and on its pods: the app's id. */
  app: "orrery.dev/app",
  /** On the Deployment and its pod template: the release's id. */
  release: "orrery.dev/release",
} as const;

/** What the cluster shows of one app's Deployment. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly appId: string;
  /** The release in the Deployment's spec, or undefined when none was rolled out yet. */
  readonly releaseId?: string;
  readonly image: string;
  /** Of the spec, and of the spec the controller has seen; its counts and conditions are about ours only when the second has reached the first. */
  readonly generation: number;
  readonly observedGeneration: number;
  readonly desired: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Pods of all generations, old ones that are still going away included. */
  readonly total: number;
  /** It is paused (`spec.paused`): the controller replaces no pods until it is resumed. */
  readonly paused: boolean;
  /** The controller gave up on progress (`ProgressDeadlineExceeded`); its message. */
  readonly deadlineExceeded?: string;
  /** Pods could not be created at all (quota, admission, limit range); the controller's message. */
  readonly replicaFailure?: string;
}

export type ContainerPhase = "WAITING" | "RUNNING" | "TERMINATED";

export interface PodContainer {
  readonly name: string;
  readonly image: string;
  readonly phase: ContainerPhase;
  readonly ready: boolean;
  readonly restarts: number;
  /** Kubernetes' own word: `ImagePullBackOff`, `CrashLoopBackOff`, `OOMKilled`, `Completed`. */
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  /** Why the run before this one ended, same words. */
  readonly lastReason?: string;
  readonly lastExitCode?: number;
}

export type PodPhase = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "UNKNOWN";

/** One pod of an app. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly appId: string;
  readonly releaseId?: string;
  readonly phase: PodPhase;
  readonly ready: boolean;
  /** It was asked to go away. */
  readonly leaving: boolean;
  readonly node?: string;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  /** Why no node takes it; the scheduler's words. */
  readonly unschedulable?: string;
  readonly containers: readonly PodContainer[];
}

/** Something Kubernetes noted about an object. */
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
  /** It is being deleted. */
  readonly terminating: boolean;
}

/** Which container's log is wanted, and from where. */
export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Stay, and hand over what the container prints until it ends. */
  readonly follow?: boolean;
  /** The run before the one that runs now. */
  readonly previous?: boolean;
  /** Only lines of this moment or later; whole seconds count, what is below them is ignored. */
  readonly sinceTime?: Date;
  /** Only so many lines from the end. */
  readonly tailLines?: number;
}

/** One line that a container printed, or a piece of one that is too long. */
export interface PodLogLine {
  /** When, in UTC with nine digits of a second, so that texts compare as their times do. Several lines may share it. */
  readonly at: string;
  /** Without its line end. Bytes that are no UTF-8 are U+FFFD. */
  readonly text: string;
  /** The line goes on in the next piece. Lines are cut into pieces at the same places whenever they are read. */
  readonly continues: boolean;
}

/** How a log ended that was read to its end. */
export interface PodLogEnd {
  /** What stood behind the last line end: the beginning of a line that is still printed, or a last line without an end. */
  readonly unfinished?: PodLogLine;
}

/**
 * The cluster that apps run in. Reads come from a cache that watches keep fresh, so they cost no
 * upstream call and never fail; before `ready`, or while a watch is broken, they show the last known state.
 * Writes promise outcomes and may be repeated. They throw UpstreamRejected (the cluster said no:
 * its message) or UpstreamUnavailable, and respect the signal.
 */
export interface Cluster {
  /**
   * Makes a namespace ours, before anything else is applied there: the Namespace, with our label, and our rights in it.
   * Where rights are missing, everything else throws RightsMissing. Refuses the namespace that the platform itself runs in.
   */
  claim(namespace: Manifest, signal: AbortSignal): Promise<void>;
  /** The namespace that the platform itself runs in, as far as we can tell; never rejects. */
  home(): Promise<string | undefined>;
  /**
   * Ensures the objects exist exactly as given, under our field manager; fields that others own are left alone unless ours
   * contradict them. Order is kept. When it resolves, the cache shows what was stored, unless its watch is unwell.
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
  /** Removes every object of the owner that is not in `keep`, of all kinds that we may render. Resolves with what it removed. */
  prune(owner: AppRef, keep: readonly Manifest[], signal: AbortSignal): Promise<readonly ObjectRef[]>;
  /** Removes every object of the owner; resolves with how many are still there (finalizers, grace periods). */
  removeAll(owner: AppRef, signal: AbortSignal): Promise<number>;
  /** What `apply` and `prune` would do. */
  readonly dryRuns: DryRun;
  /** Takes fields out of an object, whoever set them: those that `which` names of it as it is now. Shows in the cache as `apply` does. */
  removeFields(ref: ObjectRef, which: (live: LiveObject) => readonly FieldPath[], signal: AbortSignal): Promise<void>;
  /** The object as stored, or undefined. A real upstream call, for reconcilers and tests. */
  read(ref: ObjectRef, signal: AbortSignal): Promise<Manifest | undefined>;
  namespaces(signal: AbortSignal): Promise<readonly ClusterNamespace[]>;
  /** The newest events about one object, newest first, at most ten. A real upstream call, for reconcilers. */
  events(
    about: { readonly namespace: string; readonly kind: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly ClusterEvent[]>;

  /**
   * Hands over a container's log line by line; a `take` that answers with a promise is waited for, so a slow reader
   * slows its own log down and nothing is piled up. Resolves when the server ends the log: at its end, or when the
   * container that is followed ends; a follow that was cut politely looks the same. A broken one rejects.
   */
  readPodLog(
    request: PodLogRequest,
    take: (line: PodLogLine) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<PodLogEnd>;

  /** From the cache. */
  workload(owner: AppRef): Workload | undefined;
  /** From the cache, oldest first, leaving ones included. */
  pods(owner: AppRef): readonly Pod[];
  /**
   * From the cache: every object that carries the app's label and that no controller made, of the kinds that `objectKinds`
   * lists. The same list until something in it has changed.
   */
  objects(owner: AppRef): readonly LiveObject[];
  /** Whether `objects` has all of a kind in a namespace: not before its first list, and not when we may not see it. */
  hasAll(of: Omit<ObjectRef, "name">): boolean;
  /** Grows with each change of what `workload`, `pods` and `objects` show, before anybody is called back. */
  readonly revision: number;
  /** Calls back with the app whose workload, pods or objects changed, and with undefined when anything may have (a watch was re-listed). Returns its own end. */
  onChange(listen: (owner: AppRef | undefined) => void): () => void;
  /** Starts the watches; resolves when the cache has seen a first list, and keeps trying until the signal aborts. */
  start(signal: AbortSignal): Promise<void>;
  /** Whether the cache is fed now, and since when not. */
  health(): UpstreamHealth;
}

/** How an upstream looks from here; `error` is the last failure's message while it is down. */
export interface UpstreamHealth {
  readonly reachable: boolean;
  readonly since: Date;
  readonly error?: string;
}
