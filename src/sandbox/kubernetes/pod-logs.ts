import type { ServerResponse } from "node:http";
import type { ApiPath } from "./api-path.js";
import { type LogLine, linesWanted, rendered } from "./log-lines.js";
import type { ObjectStore } from "./object-store.js";
import { badRequest, notFound } from "./status-error.js";
import type { ContainerStatus, Pod } from "./workload-types.js";

interface RunLog {
  readonly lines: LogLine[];
  readonly listeners: Set<(line: LogLine | undefined) => void>;
  /** Lines the container still prints by itself: when it began, and one more each so many milliseconds. */
  readonly beganAt: number;
  readonly everyMs: number;
  /** How many lines it had printed at once when it began. */
  readonly atStart: number;
  /** Lines that were rotated away. */
  trimmed: number;
  isOver: boolean;
}

interface ContainerLogs {
  current: RunLog;
  previous?: RunLog;
}

/** What containers print. A running container has printed some lines at its start and prints one more at an interval, unless that is 0. */
export class PodLogs {
  private readonly logs = new Map<string, ContainerLogs>();
  private lastAt = 0n;

  constructor(
    private readonly store: ObjectStore,
    private readonly pace: number,
  ) {}

  started(pod: Pod, container: string): void {
    const { annotations = {}, uid, name } = pod.metadata;
    const key = `${uid}/${container}`;
    const before = this.logs.get(key)?.current;
    const everyMs = Number(annotations["hollow.node/log-interval-ms"] ?? 500 * this.pace);
    const atStart = Number(annotations["hollow.node/log-lines"] ?? 5);
    const run: RunLog = {
      lines: [],
      listeners: new Set(),
      beganAt: Date.now(),
      everyMs,
      atStart,
      trimmed: 0,
      isOver: false,
    };
    this.logs.set(key, { current: run, ...(before && { previous: before }) });
    for (let n = 1; n <= atStart; n++) this.append(run, lineText(name, container, n));
  }

  /** The container's process has ended; `lastWords` is its last output. */
  ended(pod: Pod, container: string, lastWords?: string): void {
    const run = this.logs.get(`${pod.metadata.uid}/${container}`)?.current;
    if (!run) return;
    if (lastWords !== undefined) this.append(run, lastWords);
    run.isOver = true;
    for (const listen of run.listeners) listen(undefined);
  }

  /** Lets a container print a line; `at` in nanoseconds since 1970 lets two lines share a time. */
  print(pod: Pod, container: string, text: string | Uint8Array, at?: bigint): void {
    const run = this.logs.get(`${pod.metadata.uid}/${container}`)?.current;
    if (!run || run.isOver) throw new Error(`container ${container} of ${pod.metadata.name} is not running`);
    this.append(run, text, at);
  }

  /** Rotates the log away: only its last `keep` lines can be read from now on. */
  trim(pod: Pod, container: string, keep: number): void {
    const run = this.logs.get(`${pod.metadata.uid}/${container}`)?.current;
    if (!run) return;
    const dropped = run.lines.splice(0, Math.max(0, run.lines.length - keep));
    run.trimmed += dropped.length;
  }

  /** The number of open follows. */
  get followCount(): number {
    return [...this.logs.values()].reduce((sum, { current }) => sum + current.listeners.size, 0);
  }

  forget(uid: string): void {
    for (const [key, { current }] of this.logs) {
      if (!key.startsWith(`${uid}/`)) continue;
      for (const listen of current.listeners) listen(undefined);
      this.logs.delete(key);
    }
  }

  async answer(
    { kind, namespace, name = "" }: ApiPath,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const pod = this.store.get("Pod", namespace, name);
    if (!pod) throw notFound(kind, name);
    const container = containerIn(pod, query.get("container"));
    const wanted = linesWanted(name, query);
    const run = this.runOf(pod, container, query.get("previous") === "true");
    response.writeHead(200, { "content-type": "text/plain" });
    response.flushHeaders();
    if (run) this.keepPrinting(run, pod.metadata.name, container);
    const start = wanted.from(run?.lines ?? []);
    let left = wanted.limitBytes;
    const send = (line: LogLine): void => {
      const bytes = rendered(line, wanted.timestamps).subarray(0, left);
      left -= bytes.length;
      response.write(bytes);
      if (left <= 0) response.end();
    };
    for (const line of start) if (left > 0) send(line);
    if (!wanted.follow || !run || run.isOver || left <= 0) response.end();
    else this.follow(run, pod.metadata.name, container, response, send);
  }

  private follow(
    run: RunLog,
    pod: string,
    container: string,
    response: ServerResponse,
    send: (line: LogLine) => void,
  ): void {
    const listen = (line: LogLine | undefined): void => (line ? send(line) : void response.end());
    run.listeners.add(listen);
    const printing =
      run.everyMs > 0 ? setInterval(() => this.keepPrinting(run, pod, container), run.everyMs) : undefined;
    response.on("close", () => {
      clearInterval(printing);
      run.listeners.delete(listen);
    });
  }

  private runOf(pod: Pod, container: string, previous: boolean): RunLog | undefined {
    const logs = this.logs.get(`${pod.metadata.uid}/${container}`);
    const status = pod.status.containerStatuses?.find(({ name }) => name === container);
    if (previous) {
      const run = logs?.current.isOver && !status?.state.terminated ? logs.current : logs?.previous;
      if (!run)
        throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
      return run;
    }
    if (!logs && pod.spec.nodeName !== undefined)
      throw badRequest(
        `container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${waitingFor(status)}`,
      );
    return logs?.current;
  }

  /** Adds the lines that the container should have printed by now. */
  private keepPrinting(run: RunLog, pod: string, container: string): void {
    if (run.isOver || run.everyMs <= 0) return;
    const printed = Math.floor((Date.now() - run.beganAt) / run.everyMs) + run.atStart;
    for (let n = run.lines.length + run.trimmed; n < printed; n++) this.append(run, lineText(pod, container, n + 1));
  }

  private append(run: RunLog, text: string | Uint8Array, at?: bigint): void {
    const now = BigInt(Date.now()) * 1_000_000n;
    // Later lines are later, by a nanosecond at least, unless someone wants otherwise.
    const timestamp = at ?? (now > this.lastAt ? now : this.lastAt + 1n);
    if (timestamp > this.lastAt) this.lastAt = timestamp;
    const line = { at: timestamp, text };
    run.lines.push(line);
    for (const listen of run.listeners) listen(line);
  }
}

const lineText = (pod: string, container: string, n: number): string =>
  `${pod}/${container} line ${n}: 服务 ready — ok`;

function containerIn({ metadata, spec }: Pod, asked: string | null): string {
  const names = spec.containers.map(({ name }) => name);
  if (asked !== null && asked !== "") {
    if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
    return asked;
  }
  if (names.length > 1)
    throw badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(" ")}]`,
    );
  return names[0] ?? "";
}

function waitingFor(status: ContainerStatus | undefined): string {
  const reason = status?.state.waiting?.reason ?? "ContainerCreating";
  if (reason === "ImagePullBackOff") return "trying and failing to pull image";
  return reason === "ErrImagePull" ? "image can't be pulled" : reason;
}
