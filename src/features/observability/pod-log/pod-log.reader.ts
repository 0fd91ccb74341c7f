import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound, UpstreamUnavailable } from "../../../kernel/errors.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import type { Pod } from "../../../upstreams/cluster.js";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { AppRef } from "../../../upstreams/cluster-object.js";
import type { Policy } from "../../identity/access/policy.js";
import { App, scopeOf } from "../../delivery/app/app.entity.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { openAppLog, type AppLogQuery } from "./app-log.js";
import type { LogEvent, LogTarget } from "./log-event.js";
import { LogFollows } from "./log-follows.js";
import { beginningOf, parsePosition, type LogPosition } from "./log-position.js";
import { LogReader } from "./log-reader.js";

/** A container of a pod of an app. */
export interface PodLogAddress {
  readonly app: string;
  readonly pod: string;
  /** Defaults to the app's own container. */
  readonly container?: string | null | undefined;
}

export interface PodLogQuery extends PodLogAddress {
  readonly after?: string | null | undefined;
  readonly tailLines?: number | null | undefined;
  readonly sinceTime?: Date | null | undefined;
  readonly previous?: boolean | null | undefined;
}

const maxTailLines = 100_000;
/** The time limit for finding the end of a log. */
const tailTimeoutMs = 30_000;

/** What containers print. Whoever may see an app may read what its pods print, and nothing of another app's. */
export class PodLogReader {
  private readonly follows: LogFollows;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly clusters: Clusters,
    private readonly policy: Policy,
  ) {
    this.follows = new LogFollows(clusters);
  }

  /** The log of one container: existing lines, then new ones, each once, until its pod has ended. */
  async podLog(actor: Actor, wanted: PodLogQuery): Promise<Stream<LogEvent>> {
    const { after, tailLines, sinceTime } = wanted;
    const previous = wanted.previous ?? false;
    check(wanted);
    const position = after ? positionOf(after) : sinceTime ? beginningOf(sinceTime) : undefined;
    const target = await this.target(actor, wanted, previous);
    // A client that resumes repeats its request with a cursor: `tailLines` and `sinceTime` only counted the first time.
    const start =
      !after && typeof tailLines === "number" ? await this.beforeLast(target, tailLines, previous) : position;
    return new LogReader(this.follows, target, { after: start, previous }).stream();
  }

  /** The logs of all pods of an app, new pods included, merged by time. */
  async appLog(actor: Actor, wanted: AppLogQuery & { readonly app: string }): Promise<Stream<LogEvent>> {
    const { owner } = await this.app(actor, wanted.app);
    const cluster = this.clusters.of(owner.namespace);
    if (!cluster.health().reachable && cluster.pods(owner).length === 0) throw this.unknown();
    return openAppLog(this.follows, cluster, owner, wanted);
  }

  /** The whole log of a container, in pieces of text; `take` may return a promise to wait. */
  async download(
    actor: Actor,
    address: PodLogAddress & { readonly previous: boolean },
  ): Promise<(take: (text: string) => void | Promise<void>, signal: AbortSignal) => Promise<void>> {
    const { previous } = address;
    const log = this.follows.log(await this.target(actor, address, previous));
    return (take, signal) => log.whole(previous, take, signal);
  }

  private async target(actor: Actor, address: PodLogAddress, previous: boolean): Promise<LogTarget> {
    const { app, owner } = await this.app(actor, address.app);
    const cluster = this.clusters.of(owner.namespace);
    const pod = cluster.pods(owner).find(({ name }) => name === address.pod);
    if (!pod && !cluster.health().reachable) throw this.unknown();
    if (!pod) throw new NotFound(`pod of app ${app.name}`, address.pod);
    const container = pod.containers.find(({ name }) => name === (address.container ?? ownContainer(pod, app.name)));
    if (!container) throw new NotFound(`container of pod ${pod.name}`, address.container ?? app.name);
    if (previous && container.restarts === 0) throw new NotFound("previous run of container", container.name);
    return { owner, pod: pod.name, uid: pod.uid, container: container.name };
  }

  private async app(actor: Actor, id: string): Promise<{ readonly app: App; readonly owner: AppRef }> {
    const em = this.fork();
    const app = await em.findOne(App, id);
    if (!app) throw new NotFound("app", id);
    this.policy.require(actor, "namespace:read", scopeOf(app));
    const namespace = await em.findOneOrFail(Namespace, app.namespaceId);
    return { app, owner: { appId: app.id, namespace: namespace.name } };
  }

  private async beforeLast(target: LogTarget, lines: number, previous: boolean): Promise<LogPosition | undefined> {
    const timeout = AbortSignal.timeout(tailTimeoutMs);
    try {
      return await this.follows.log(target).beforeLast(lines, previous, timeout);
    } catch (cause) {
      if (!timeout.aborted) throw cause;
      throw new UpstreamUnavailable("kubernetes", "Kubernetes did not give the end of the log in time.", { cause });
    }
  }

  private unknown(): UpstreamUnavailable {
    return new UpstreamUnavailable("kubernetes", "The cluster cannot be reached, so its pods are not known.");
  }
}

/** The app's own container has the app's name; there may be sidecars. */
const ownContainer = ({ containers }: Pod, appName: string): string | undefined =>
  (containers.find(({ name }) => name === appName) ?? containers[0])?.name;

function positionOf(cursor: string): LogPosition {
  const position = parsePosition(cursor);
  if (!position) throw new InvalidInput([{ path: "after", message: "Use a cursor that this stream gave you." }]);
  return position;
}

function check({ tailLines, sinceTime }: PodLogQuery): void {
  const starts = Object.entries({ tailLines, sinceTime }).filter(([, value]) => value !== null && value !== undefined);
  if (starts.length > 1)
    throw new InvalidInput(starts.map(([path]) => ({ path, message: "Give one of tailLines and sinceTime." })));
  if (typeof tailLines === "number" && (tailLines < 0 || tailLines > maxTailLines))
    throw new InvalidInput([{ path: "tailLines", message: `Ask for 0 to ${maxTailLines}.` }]);
}
