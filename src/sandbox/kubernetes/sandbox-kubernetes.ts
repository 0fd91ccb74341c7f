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
  /** What simulated delays are multiplied with: 1 is how a small cluster feels, 0.1 ten times faster. */
  readonly pace?: number;
  /** Ask for this bearer token. */
  readonly token?: string;
  /** How many changes watches can go back. */
  readonly logLength?: number;
}

/** A Kubernetes that fits in memory: the API on the wire, one node, and controllers that bring Deployments to life. */
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

  /** How many watches are open now. */
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

  /** A token of a service account, which may do what roles and bindings let it do; all others may do everything. */
  tokenOf(account: Account): string {
    return this.authorization.issue(account);
  }

  /** Changes the object as a person with an editor would, who is noted under this name. */
  edit(kind: string, namespace: string, name: string, manager: string, change: (object: KubeObject) => void): void {
    const draft = structuredClone(this.writer.find(kindOf(kind), namespace, name));
    change(draft);
    this.writer.replace(draft, { manager });
  }

  /** Deletes the object as a client would. */
  remove(kind: string, namespace: string | undefined, name: string): void {
    this.remover.remove(this.writer.find(kindOf(kind), namespace, name));
  }

  /** Gives a running pod's containers another fate, `crash` for instance, or `healthy` again. */
  setPodFailure(namespace: string, name: string, fate: Fate): void {
    this.simulation.setFate(this.pod(namespace, name), fate);
  }

  /** Has a container print a line; `atNs` (nanoseconds since 1970) lets two lines share a moment. */
  printLine(namespace: string, pod: string, container: string, text: string | Uint8Array, atNs?: bigint): void {
    this.logs.print(this.pod(namespace, pod), container, text, atNs);
  }

  /** Rotates a container's log away but for its last lines. */
  trimLog(namespace: string, pod: string, container: string, keep = 0): void {
    this.logs.trim(this.pod(namespace, pod), container, keep);
  }

  /** How many logs are followed now. */
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

  /** Leaves every open watch open and silent, for ever. */
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
