import type { SandboxRequest } from "../sandbox-server.js";
import type { Answer } from "./answer.js";
import type { LogGeneration } from "./progressive-text.js";
import type { RunResult } from "./run.js";

interface Order {
  readonly job: string;
  readonly number: number;
  /** Base64. */
  readonly pieces: readonly string[];
  readonly bytes: string;
  readonly everyMs?: number;
  readonly result?: RunResult;
  readonly times?: number;
  readonly size?: number;
  readonly downMs?: number;
  readonly running?: "lost" | "aborted";
  readonly class: string;
  readonly generation: LogGeneration;
}

/** The operations by which tests control the sandbox. */
interface JenkinsControls {
  logGeneration: LogGeneration;
  script(script: {
    readonly job: string;
    readonly pieces: readonly Uint8Array[];
    readonly everyMs?: number;
    readonly result?: RunResult;
    readonly times?: number;
  }): void;
  append(job: string, number: number, bytes: Uint8Array): void;
  finish(job: string, number: number, result: RunResult): void;
  restart(how: { readonly downMs?: number; readonly running?: "lost" | "aborted" }): void;
  lose(job: string, number: number): void;
  truncate(job: string, number: number, size?: number): void;
  expireLeftItems(): void;
  uninstall(className: string): void;
  runsOf(buildId: string): readonly { readonly job: string; readonly number: number }[];
  rawConsole(job: string, number: number): Buffer;
}

/** The controls of the sandbox as HTTP: `POST /_sandbox/jenkins/<word>` with JSON; bytes are Base64. */
export async function controlRoutes(jenkins: JenkinsControls, request: SandboxRequest): Promise<Answer | undefined> {
  const word = request.path.slice("/_sandbox/jenkins/".length);
  if (request.method === "GET") {
    if (word === "runs") return json(jenkins.runsOf(request.query.get("build") ?? ""));
    if (word !== "console") return undefined;
    const body = jenkins.rawConsole(request.query.get("job") ?? "", Number(request.query.get("number")));
    return { status: 200, headers: { "Content-Type": "application/octet-stream" }, body };
  }
  const text = (await request.body()).toString();
  const order = JSON.parse(text === "" ? "{}" : text) as Order;
  const bytes = (base64: string) => Buffer.from(base64, "base64");
  const controls: Readonly<Record<string, () => void>> = {
    script: () => jenkins.script({ ...order, pieces: order.pieces.map(bytes) }),
    append: () => jenkins.append(order.job, order.number, bytes(order.bytes)),
    finish: () => jenkins.finish(order.job, order.number, order.result ?? "SUCCESS"),
    restart: () => jenkins.restart(order),
    lose: () => jenkins.lose(order.job, order.number),
    truncate: () => jenkins.truncate(order.job, order.number, order.size),
    "expire-left-items": () => jenkins.expireLeftItems(),
    uninstall: () => jenkins.uninstall(order.class),
    generation: () => (jenkins.logGeneration = order.generation),
  };
  const control = request.method === "POST" ? controls[word] : undefined;
  if (!control) return undefined;
  control();
  return json({ ok: true });
}

function json(value: unknown): Answer {
  return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}
