import { ConflatingQueue, type Stream } from "../../../streams/conflating-queue.js";
import type { PodContainer } from "../../../upstreams/cluster.js";
import type { AppRef } from "../../../upstreams/cluster-object.js";
import { decodePositions, encodePositions, keyOfContainer, type ContainerPosition } from "./app-log-cursor.js";
import { ended, type LogCluster } from "./container-log.js";
import type { LogEvent, LogTarget } from "./log-event.js";
import type { LogFollows } from "./log-follows.js";
import { LogMerge } from "./log-merge.js";
import { LogReader } from "./log-reader.js";

export interface AppLogQuery {
  /** Only containers of these names. */
  readonly containers?: readonly string[] | null | undefined;
  readonly after?: string | null | undefined;
}

/**
 * The logs of all pods of an app, merged by time. New pods are added, removed pods end with a reason; the stream itself
 * does not end.
 */
export function openAppLog(
  follows: LogFollows,
  cluster: LogCluster,
  owner: AppRef,
  { containers, after }: AppLogQuery,
): Stream<LogEvent> {
  const places = new Map<string, ContainerPosition>(
    decodePositions(after).map((place) => [keyOfContainer(place), place]),
  );
  const isWanted = ({ name }: Pick<PodContainer, "name">): boolean => !containers || containers.includes(name);
  let joined = new Set<string>();

  const deliver = (event: LogEvent): LogEvent => {
    const key = keyOfContainer(event);
    if (event.kind === "ENDED") places.delete(key);
    else places.set(key, { pod: event.pod, container: event.container, position: event.position });
    return follows.merged.of(event, encodePositions([...places.values()]));
  };
  const targets = (): LogTarget[] =>
    cluster
      .pods(owner)
      .flatMap(({ name, uid, containers: all }) =>
        all.filter(isWanted).map((container) => ({ owner, pod: name, uid, container: container.name })),
      );
  const join = (): void => {
    const present = targets();
    for (const target of present) {
      const key = `${target.uid}/${target.container}`;
      if (joined.has(key)) continue;
      joined.add(key);
      const reading = new LogReader(follows, target, { after: places.get(keyOfContainer(target))?.position });
      merge.add(key, { stream: reading.stream(), isLive: () => reading.isLive });
    }
    const keys = new Set(present.map(({ uid, container }) => `${uid}/${container}`));
    joined = new Set([...joined].filter((key) => keys.has(key)));
  };

  const unlisten = cluster.onChange((changed) => {
    if (!changed || changed.appId === owner.appId) join();
  });
  const merge = new LogMerge(deliver, unlisten);
  const present = new Set(targets().map(keyOfContainer));
  for (const place of places.values())
    if (!present.has(keyOfContainer(place))) merge.add(keyOfContainer(place), goneSince(place, owner));
  join();
  return merge;
}

/** A pod that was removed while the reader was away: one event reports it. */
function goneSince(
  { pod, container, position }: ContainerPosition,
  owner: AppRef,
): { stream: Stream<LogEvent>; isLive(): boolean } {
  const stream = new ConflatingQueue<LogEvent>();
  stream.put(ended({ owner, pod, uid: "", container }, position, "POD_DELETED"));
  stream.close();
  return { stream, isLive: () => true };
}
