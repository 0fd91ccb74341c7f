import type { ServerResponse } from "node:http";
import { type SandboxRequest, SandboxServer } from "../sandbox-server.js";
import { ApiRoutes } from "./api-routes.js";
import { Authorization, type Account } from "./authorization.js";
import { kindOf } from "./kinds.js";
import type { KubeObject } from "./kube-object.js";
import { ObjectRemover } from "./object-remover.js";
import { ObjectStore } from "./object-store.js";
import { ObjectWriter } from "./object-writer.js";
import { PodLogs } from "./pod-logs.js";
import { ClusterSimulation } from "./simulation/cluster-simulation.js";
import type { Fate } from "./simulation/container-fates.js";
import { WatchStreams } from "./watch-streams.js";
import type { ObjectOf, Pod } from "./workload-types.js";

export interface SandboxKubernetesOptions {
  /** The factor of simulated delays: 1 is like a small cluster, 0.1 ten times faster. */
  readonly pace?: number;
  /** The required bearer token. */
  readonly token?: string;
  /** The number of changes that a watch can go back. */
  readonly logLength?: number;
}

/** A simulated Kubernetes: the API on the wire, one node, and controllers that run Deployments. */
export class SandboxKubernetes {
  readonly server: SandboxServer;
  private readonly store: ObjectStore;
  private readonly writer: ObjectWriter;
  private readonly remover: ObjectRemover;
  private readonly watches: WatchStreams;
  private readonly logs: PodLogs;
  private readonly authorization: Authorization;
  private readonly simulation: ClusterSimulation;

  constructor({ pace = 1, token, logLength }: SandboxKubernetesOptions = {}) {
    this.store = new ObjectStore(logLength);
    this.writer = new ObjectWriter(this.store);
    this.remover = new ObjectRemover(this.store, this.writer);
    this.watches = new WatchStreams(this.store, Math.max(200, 5_000 * pace));
    this.logs = new PodLogs(this.store, pace);
    this.simulation = new ClusterSimulation(this.store, this.writer, this.remover, this.logs, pace);
    this.authorization = new Authorization(this.store);
    const api = new ApiRoutes(
      this.store,
      this.writer,
      this.remover,
      this.watches,
      this.logs,
      this.authorization,
      token,
    );
    this.server = new SandboxServer(
      (request, response) => this.control(request, response) || api.answer(request, response),
    );
  }

  /** Resolves with the base URL. */
  listen(port?: number): Promise<string> {
    return this.server.listen(port);
  }

  /** Stops the server and the simulation; what was stored stays readable. */
  async close(): Promise<void> {
    this.simulation.stop();
    await this.server.close();
  }

  /** The number of open watches. */
  get openWatches(): number {
    return this.watches.count;
  }

  object<K extends string>(kind: K, namespace: string | undefined, name: string): ObjectOf<K> | undefined {
    return this.store.get(kind, namespace, name);
  }

  objects<K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
    return this.store.list(kind, namespace);
  }

  /** Creates the object as a client would. */
  create<T extends KubeObject>(object: T): T {
    return this.writer.create(object, { manager: "sandbox" });
  }

  /** A token of a service account, which has the rights of its roles and bindings; all others may do everything. */
  tokenOf(account: Account): string {
    return this.authorization.issue(account);
  }

  /** Changes the object as a person with an editor would, under this field manager. */
  edit(kind: string, namespace: string, name: string, manager: string, change: (object: KubeObject) => void): void {
    const draft = structuredClone(this.writer.find(kindOf(kind), namespace, name));
    change(draft);
    this.writer.replace(draft, { manager });
  }

  /** Deletes the object as a client would. */
  remove(kind: string, namespace: string | undefined, name: string): void {
    this.remover.remove(this.writer.find(kindOf(kind), namespace, name));
  }

  /** Changes how a running pod's containers behave, to `crash` for instance, or back to `healthy`. */
  setPodFailure(namespace: string, name: string, fate: Fate): void {
    this.simulation.setFate(this.pod(namespace, name), fate);
  }

  /** Lets a container print a line; `atNs` (nanoseconds since 1970) lets two lines share a time. */
  printLine(namespace: string, pod: string, container: string, text: string | Uint8Array, atNs?: bigint): void {
    this.logs.print(this.pod(namespace, pod), container, text, atNs);
  }

  /** Rotates a container's log away except for its last lines. */
  trimLog(namespace: string, pod: string, container: string, keep = 0): void {
    this.logs.trim(this.pod(namespace, pod), container, keep);
  }

  /** The number of followed logs. */
  get openLogFollows(): number {
    return this.logs.followCount;
  }

  /** Forgets the event log: running watches end with 410, and older resourceVersions are too old from now on. */
  compact(): void {
    this.store.compact();
    this.watches.expire();
  }

  /** Ends every watch properly. */
  closeWatches(): void {
    this.watches.close();
  }

  /** Tears every watch's socket down. */
  resetWatches(): void {
    this.watches.reset();
  }

  /** Leaves every open watch open and silent. */
  stallWatches(): void {
    this.watches.stall();
  }

  private pod(namespace: string, name: string): Pod {
    const pod = this.store.get("Pod", namespace, name);
    if (!pod) throw new Error(`there is no pod ${namespace}/${name}`);
    return pod;
  }

  /** The class's faults over HTTP, under `/_sandbox/kubernetes/`. */
  private control({ method, path }: SandboxRequest, response: ServerResponse): boolean {
    const faults: Readonly<Record<string, () => void>> = {
      compact: () => this.compact(),
      "close-watches": () => this.closeWatches(),
      "reset-watches": () => this.resetWatches(),
      "stall-watches": () => this.stallWatches(),
    };
    const prefix = "/_sandbox/kubernetes/";
    const fault = path.startsWith(prefix) ? faults[path.slice(prefix.length)] : undefined;
    const wantsWatches = `${method} ${path}` === `GET ${prefix}watches`;
    if (!wantsWatches && (!fault || method !== "POST")) return false;
    fault?.();
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ openWatches: this.openWatches }));
    return true;
  }
}
