import type { KubeObject } from "./kube-object.js";
import type { ObjectOf } from "./workload-types.js";

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

/** One write, as watches replay it. */
export interface Change {
  readonly revision: number;
  readonly type: ChangeType;
  readonly object: KubeObject;
  /** What the object was before; undefined when it was added. */
  readonly previous?: KubeObject;
}

/**
 * Every object, and the newest `logLength` changes in order. One counter stamps each write, so a
 * resourceVersion is a position in the whole store's history, as etcd's revision is.
 */
export class ObjectStore {
  revision = 1;
  /** Changes up to this revision are forgotten. */
  forgotten = 1;
  private readonly objects = new Map<string, Map<string, KubeObject>>();
  private readonly log: Change[] = [];
  private readonly listeners = new Set<(unit: Change) => void>();

  constructor(private readonly logLength = 10_000) {}

  get<K extends string>(kind: K, namespace: string | undefined, name: string): ObjectOf<K> | undefined {
    return this.objects.get(kind)?.get(keyOf(namespace, name)) as ObjectOf<K> | undefined;
  }

  /** The objects of a kind, in the order of their namespaces and names. */
  list<K extends string>(kind: K, namespace?: string): ObjectOf<K>[] {
    const all = [...(this.objects.get(kind)?.entries() ?? [])];
    const wanted = namespace === undefined ? all : all.filter(([key]) => key.startsWith(`${namespace}/`));
    return wanted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as ObjectOf<K>);
  }

  put<T extends KubeObject>(object: T): T {
    const { namespace, name } = object.metadata;
    const previous = this.get(object.kind, namespace, name);
    const revision = ++this.revision;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    let ofKind = this.objects.get(object.kind);
    if (!ofKind) this.objects.set(object.kind, (ofKind = new Map()));
    ofKind.set(keyOf(namespace, name), stored);
    this.tell({ revision, type: previous ? "MODIFIED" : "ADDED", object: stored, ...(previous && { previous }) });
    return stored;
  }

  /** Removes the object; the change carries its last state under the revision of its removal. */
  remove(object: KubeObject): void {
    const { namespace, name } = object.metadata;
    const previous = this.get(object.kind, namespace, name);
    if (!previous) return;
    this.objects.get(object.kind)?.delete(keyOf(namespace, name));
    const revision = ++this.revision;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.tell({ revision, type: "DELETED", object: last, previous });
  }

  /** The changes after a revision, or undefined when some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.forgotten) return undefined;
    return this.log.filter((unit) => unit.revision > revision);
  }

  /** Forgets the log, as a compaction of etcd does. */
  compact(): void {
    this.log.length = 0;
    this.forgotten = this.revision;
  }

  /** Calls back after every write, in order. Returns its own end. */
  onChange(listen: (unit: Change) => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }

  private tell(unit: Change): void {
    this.log.push(unit);
    if (this.log.length > this.logLength) this.forgotten = this.log.shift()!.revision;
    for (const listen of this.listeners) listen(unit);
  }
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ""}/${name}`;
