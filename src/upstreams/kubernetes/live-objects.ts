import { setTimeout as pause } from "node:timers/promises";
import { PlatformError } from "../../kernel/errors.js";
import type { FailureLog } from "../../kernel/failure-log.js";
import { labels } from "../cluster.js";
import type { ObjectRef, AppRef } from "../cluster-object.js";
import type { LiveObject } from "../live-object.js";
import { objectKindOf, objectKinds } from "../object-kinds.js";
import { collectionPath, type KubernetesApi } from "./kubernetes-api.js";
import { LiveKind } from "./live-kind.js";
import type { Store } from "./reflector.js";
import type { WireObject } from "./wire.js";

/** The longest wait for our own change to arrive; a working watch takes milliseconds. */
const arrivalTimeoutMs = 250;
const retryMs = 1_000;

interface Shown {
  readonly parts: readonly (readonly LiveObject[])[];
  readonly all: readonly LiveObject[];
}

/**
 * Secrets are watched in each namespace of the platform separately, so that the platform needs no right to read all
 * others.
 */
const perNamespace = objectKinds.find(({ watch }) => watch === "PER_NAMESPACE")!;

/**
 * The objects of all apps in the cluster, of every kind in the registry: by one watch per kind, and one per namespace
 * for Secrets.
 */
export class LiveObjects {
  readonly kinds: readonly LiveKind[];
  private readonly secretsIn = new Map<string, LiveKind>();
  private readonly shown = new Map<string, Shown>();

  /** `also` receives all objects of their kind. */
  constructor(
    private readonly fieldManager: string,
    private readonly changed: (owner: AppRef) => void,
    also: Readonly<Record<string, Store>>,
  ) {
    const everywhere = objectKinds.filter((each) => each.watch === "EVERYWHERE" && each.isDriftChecked);
    this.kinds = everywhere.map((ref) => new LiveKind(ref, fieldManager, changed, also[ref.kind]));
  }

  /** The store for a watch of a namespace's Secrets, until `leave`. */
  enter(namespace: string): LiveKind {
    const kind = new LiveKind(perNamespace, this.fieldManager, this.changed);
    this.secretsIn.set(namespace, kind);
    return kind;
  }

  leave(namespace: string): void {
    const kind = this.secretsIn.get(namespace);
    this.secretsIn.delete(namespace);
    // An empty list, so that readers of its Secrets are notified.
    kind?.discard();
    kind?.commit();
  }

  /** Returns the same array until one of the objects changes. */
  of(owner: AppRef): readonly LiveObject[] {
    const key = `${owner.namespace}/${owner.appId}`;
    const kept = this.secretsIn.get(owner.namespace);
    const kinds = kept ? [...this.kinds, kept] : this.kinds;
    const parts = kinds.map(({ cache }) => cache.of(owner)).filter(({ length }) => length > 0);
    const known = this.shown.get(key);
    if (known?.parts.length === parts.length && parts.every((part, at) => part === known.parts[at])) return known.all;
    const all = parts.flat();
    if (all.length > 0) this.shown.set(key, { parts, all });
    else this.shown.delete(key);
    return all.length > 0 ? all : none;
  }

  /** Waits until the stored object is in the cache, but not for long. */
  async show({ apiVersion = "", kind = "", metadata }: WireObject): Promise<void> {
    if (metadata.labels?.[labels.managedBy] !== labels.managedByUs) return;
    await this.kind({ apiVersion, kind, ...metadata })?.reached(metadata.resourceVersion, arrivalTimeoutMs);
  }

  kind({ apiVersion, kind, namespace }: Omit<ObjectRef, "name">): LiveKind | undefined {
    if (objectKindOf({ apiVersion, kind })?.watch === "PER_NAMESPACE") return this.secretsIn.get(namespace ?? "");
    return this.kinds.find(({ ref }) => ref.apiVersion === apiVersion && ref.kind === kind);
  }
}

/**
 * The path of a kind's objects, or undefined when the server does not serve it. Retries while the server is unavailable
 * or refuses, as it does before the platform has its rights; any other error rejects.
 */
export async function pathOfKind(
  api: Pick<KubernetesApi, "resource">,
  { apiVersion, kind }: LiveKind["ref"],
  signal: AbortSignal,
  failures: FailureLog,
): Promise<string | undefined> {
  const asking = {};
  while (!signal.aborted) {
    try {
      const resource = await api.resource(apiVersion, kind, signal);
      failures.recovered(asking);
      return resource && collectionPath(apiVersion, resource);
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof PlatformError)) throw error;
      failures.failed(asking, error);
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  failures.forget(asking);
  return undefined;
}

const none: readonly LiveObject[] = [];
