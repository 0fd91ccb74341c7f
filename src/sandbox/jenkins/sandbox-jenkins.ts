import type { ServerResponse } from "node:http";
import { type SandboxRequest, SandboxServer } from "../sandbox-server.js";
import { type Answer, containerPage, notFound, Refused, send } from "./answer.js";
import { Call, formOf } from "./call.js";
import { controlRoutes } from "./control-routes.js";
import { Controller } from "./controller.js";
import { Folder, type Item } from "./item.js";
import { createItem, itemRoutes } from "./item-routes.js";
import type { LogGeneration } from "./progressive-text.js";
import { rootRoutes, startingPage } from "./root-routes.js";
import type { Run, RunResult } from "./run.js";

export interface SandboxJenkinsOptions {
  readonly user?: string;
  readonly token?: string;
  readonly password?: string;
  /** The speed of builds, quiet periods and short phases. Default 1: a build takes 4 s. */
  readonly pace?: number;
  /** The version of the progressive console. Default `raw`, the current one. */
  readonly logGeneration?: LogGeneration;
  readonly executors?: number;
  /** How long a queue item can be asked for after it has left. Default 5 minutes. */
  readonly leftItemMs?: number;
  /** The configured root URL, when it differs from what clients use. */
  readonly rootUrl?: string;
}

/** A console, byte for byte; nothing is added to it. */
export interface ConsoleScript {
  readonly job: string;
  readonly pieces: readonly Uint8Array[];
  /** Silence before each piece, in real milliseconds. Default 0. */
  readonly everyMs?: number;
  /** How the build ends after the last chunk; without it, it stays open until `finish` or `stop`. */
  readonly result?: RunResult;
  /** For how many builds. Default 1. */
  readonly times?: number;
}

/** A simulation of Jenkins on loopback, exact on the wire. The account `reader` may only read. */
export class SandboxJenkins {
  readonly user: string;
  readonly token: string;
  readonly password: string;
  readonly server: SandboxServer;
  private readonly controller: Controller;

  constructor(options: SandboxJenkinsOptions = {}) {
    this.user = options.user ?? "orrery";
    this.token = options.token ?? "11f00dfeedc0ffee5eedbed0ddecade001";
    this.password = options.password ?? "sandbox";
    this.controller = new Controller({
      accounts: [
        { name: this.user, token: this.token, password: this.password, readOnly: false },
        { name: "reader", token: "11beadedfacade00", password: "reader", readOnly: true },
      ],
      pace: options.pace ?? 1,
      executors: options.executors ?? 2,
      leftItemMs: options.leftItemMs ?? 300_000,
      logGeneration: options.logGeneration ?? "raw",
      rootUrl: options.rootUrl?.replace(/\/?$/, "/"),
    });
    this.server = new SandboxServer((request, response) => this.route(request, response));
  }

  /** Listens on loopback; resolves with the base URL. */
  listen(port?: number): Promise<string> {
    return this.server.listen(port);
  }

  /** Ends every build and stops listening. */
  async close(): Promise<void> {
    this.controller.close();
    await this.server.close();
  }

  set logGeneration(generation: LogGeneration) {
    this.controller.logGeneration = generation;
  }

  /** Keeps credentials under this id, for jobs to bind. */
  addCredentials(id: string): void {
    this.controller.credentials.add(id);
  }

  /** Sets the console and the result of the next builds of a job. */
  script({ job, pieces, everyMs = 0, result, times = 1 }: ConsoleScript): void {
    const script = { pieces: pieces.map((bytes) => ({ afterMs: everyMs, bytes })), result, verbatim: true };
    const waiting = this.controller.scripts.get(job) ?? [];
    this.controller.scripts.set(job, [...waiting, ...Array.from({ length: times }, () => script)]);
  }

  /** Appends these bytes to the console of a running build. */
  append(job: string, number: number, bytes: Uint8Array): void {
    this.run(job, number).append(bytes);
  }

  /** Ends a running build now. */
  finish(job: string, number: number, result: RunResult): void {
    this.run(job, number).finish(result);
  }

  /** Restarts: 503 for `downMs`, a new session, running builds lost (or aborted), the queue kept. */
  restart({ downMs = 500, running = "lost" }: { downMs?: number; running?: "lost" | "aborted" } = {}): void {
    this.controller.restart(downMs, running);
  }

  /** Deletes a build: its URL is 404, its number stays used. */
  lose(job: string, number: number): void {
    this.run(job, number).lose();
  }

  /** Cuts a build's log down to `size` bytes; without a size its file is removed. */
  truncate(job: string, number: number, size?: number): void {
    const { console } = this.run(job, number);
    if (size === undefined) console.remove();
    else console.truncate(size);
  }

  expireLeftItems(): void {
    this.controller.queue.expireLeftItems();
  }

  /** Removes a plugin's class: configurations lose its elements from now on. */
  uninstall(className: string): void {
    this.controller.classes.delete(className);
  }

  /** All builds that had `ORRERY_BUILD=<buildId>`, also lost and deleted ones. */
  runsOf(buildId: string): readonly { readonly job: string; readonly number: number }[] {
    return this.controller.ledger
      .filter(({ parameters }) => parameters.some(({ name, value }) => name === "ORRERY_BUILD" && value === buildId))
      .map(({ job, number }) => ({ job: job.fullName, number }));
  }

  /** The raw bytes of a build's log. */
  rawConsole(job: string, number: number): Buffer {
    const { console } = this.run(job, number);
    return Buffer.concat([...console.read(0, console.length ?? 0)]);
  }

  private run(job: string, number: number): Run {
    const run = this.controller.ledger.findLast((run) => run.job.fullName === job && run.number === number);
    if (!run) throw new Error(`There is no build ${job} #${number}`);
    return run;
  }

  private async route(request: SandboxRequest, response: ServerResponse): Promise<boolean> {
    const answer = request.path.startsWith("/_sandbox/jenkins/")
      ? await controlRoutes(this, request)
      : await this.answer(request).catch((error: unknown) => {
          if (error instanceof Refused) return error.answer;
          throw error;
        });
    if (answer) await send(answer, response);
    return answer !== undefined;
  }

  private async answer(request: SandboxRequest): Promise<Answer | undefined> {
    const { controller } = this;
    if (controller.isDown) return startingPage();
    if (request.path.includes(";")) return containerPage(400, "Semicolons are not allowed in the request URI");
    if (/%2f/i.test(request.path)) return containerPage(400, "Ambiguous URI path separator");
    const caller = controller.security.identify(request);
    await controller.security.checkCrumb(request, caller, () => formOf(request));
    const call = new Call(controller, request, caller);
    let path = request.path.split("/").slice(1).map(decodeURIComponent);
    let item: Item = controller.root;
    for (; path[0] === "job" && path[1]; path = path.slice(2)) {
      call.demand("hudson.model.Item.Read");
      const child: Item | undefined = item instanceof Folder ? item.child(path[1]) : undefined;
      if (!child) return notFound();
      item = child;
    }
    if (item !== controller.root) return itemRoutes(call, item, path);
    if (path.join("/") === "createItem") return createItem(call, controller.root);
    return rootRoutes(call, path);
  }
}
