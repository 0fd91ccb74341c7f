import { ContainerFollow } from "./container-follow.js";
import { ContainerLog, type LogCluster } from "./container-log.js";
import type { LogTarget } from "./log-event.js";
import type { LogPosition } from "./log-position.js";
import { MergedEvents } from "./merged-events.js";

/** The follows of this process, one per container: opened by the first reader, closed with the last. */
export class LogFollows {
  readonly merged = new MergedEvents();
  private readonly follows = new Map<string, ContainerFollow>();

  constructor(private readonly cluster: LogCluster) {}

  /** How many containers are followed now. */
  get openCount(): number {
    return this.follows.size;
  }

  log(target: LogTarget): ContainerLog {
    return new ContainerLog(this.cluster, target);
  }

  /** The follow that others have opened already. */
  of(target: LogTarget): ContainerFollow | undefined {
    const follow = this.follows.get(keyOf(target));
    return follow?.isOver ? undefined : follow;
  }

  /** Listens to the container's follow, which begins behind `start` if there is none yet. `leave` ends it. */
  join(
    target: LogTarget,
    start: LogPosition | undefined,
    nudge: () => void,
  ): { readonly follow: ContainerFollow; readonly leave: () => void } {
    const key = keyOf(target);
    const follow = this.of(target) ?? new ContainerFollow(this.log(target), this.cluster, start);
    this.follows.set(key, follow);
    const unlisten = follow.listen(nudge);
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
