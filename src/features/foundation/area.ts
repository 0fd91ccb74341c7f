import type { EntityClass } from "@mikro-orm/postgresql";
import type { NodeKind } from "../../kernel/ids.js";
import type { Reconciler } from "../../work/reconciler.js";
import type { WorkKey } from "../../work/work-queue.js";
import type { Context } from "./context.js";
import type { DownloadSource } from "./download.js";
import type { NodeType } from "./node.type.js";

/** Finds the entity of an id for `node(id)`; null when there is none, or the actor may not see it. */
export type FindNode = (context: Context, id: string) => Promise<NodeType | null>;

/** What an area hands over to the API. */
export interface AreaOperations {
  /** One instance of each of the area's resolver classes. */
  readonly resolvers: readonly object[];
  /** What subscriptions read from; resolvers ask for them by class. */
  readonly streamSources?: readonly object[];
  readonly downloads?: readonly DownloadSource[];
  /** One function for each kind of id of the area. */
  readonly nodes?: Partial<Readonly<Record<NodeKind, FindNode>>>;
}

/** Watches something outside the database and enqueues keys when it changes. Returns the function that stops it. */
export type Watch = (failed: (error: unknown) => void) => () => void;

/** What an area hands over to the worker. */
export interface AreaWork {
  readonly reconcilers: readonly Reconciler[];
  readonly watches?: readonly Watch[];
}

/** An area of `src/features` as its `compose.ts` hands it over. `D` is what it is built from. */
export interface Area<D> {
  readonly entities: readonly EntityClass<object>[];
  readonly resolverClasses: readonly Function[];
  /** Keys that are enqueued when the journal has new entries. */
  readonly journalReaders?: readonly WorkKey[];
  /** Called in processes that serve the API. */
  readonly operations: (dependencies: D) => AreaOperations;
  /** Called in processes that run the worker. */
  readonly work?: (dependencies: D) => AreaWork;
}
