import type { Clusters } from "../../../upstreams/clusters.js";
import { ContainerFollow } from "./container-follow.js";
import { ContainerLog, type LogCluster } from "./container-log.js";
import type { LogTarget } from "./log-event.js";
import type { LogPosition } from "./log-position.js";
import { MergedEvents } from "./merged-events.js";

/** The follows of this process, one per container: opened by the first reader, closed with the last. */
export class LogFollows {
  readonly merged = new MergedEvents();
  private readonly follows = new Map<string, ContainerFollow>();

  constructor(private readonly clusters: Clusters<LogCluster>) {}

  /** The number of followed containers. */
  get openCount(): number {
    return this.follows.size;
  }

  log(target: LogTarget): ContainerLog {
    return new ContainerLog(this.clusters.of(target.owner.namespace), target);
  }

  /** The follow of a container that is already open. */
  of(target: LogTarget): ContainerFollow | undefined {
    const follow = this.follows.get(keyOf(target));
    return follow?.isOver ? undefined : follow;
  }

  /** Subscribes to the container's follow, which is opened after `start` if there is none. `leave` unsubscribes. */
  join(
    target: LogTarget,
    start: LogPosition | undefined,
    notify: () => void,
  ): { readonly follow: ContainerFollow; readonly leave: () => void } {
    const key = keyOf(target);
    const cluster = this.clusters.of(target.owner.namespace);
    const follow = this.of(target) ?? new ContainerFollow(this.log(target), cluster, start);
    this.follows.set(key, follow);
    const unlisten = follow.listen(notify);
    return {
      follow,
      leave: () => {
        unlisten();
        if (follow.listenerCount > 0) return;
        follow.close();
        if (this.follows.get(key) === follow) this.follows.delete(key);
      },
    };
  }
}

const keyOf = ({ uid, container }: LogTarget): string => `${uid}/${container}`;
