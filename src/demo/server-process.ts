import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../kernel/project-folder.js";

/** The server could not start; the message is what it wrote to stderr. */
export class ServerFailed extends Error {
  override readonly name = "ServerFailed";
}

/** The server as a child process, started as in production. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** Resolves when it is ready; rejects with a ServerFailed when it could not start. `log` gets its log lines. */
  static start(
    environment: Readonly<Record<string, string>>,
    log: (text: string) => void = (text) => void process.stderr.write(text),
  ): Promise<ServerProcess> {
    const child = fork(join(projectFolder, "dist/main.js"), [], {
      env: {
        PATH: process.env["PATH"],
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        // As in the container image.
        MALLOC_ARENA_MAX: "2",
        ...environment,
      },
      execArgv: ["--max-semi-space-size=16"],
      silent: true,
    });
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", log);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    return new Promise((resolve, reject) => {
      child.once("message", ({ port }: { port: number }) => resolve(new ServerProcess(child, port)));
      child.once("error", reject);
      child.once("exit", (code) => reject(new ServerFailed(stderr.trim() || `The server ended with status ${code}.`)));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Calls back when the process ends by itself. */
  onExit(ended: (code: number | null) => void): void {
    this.child.once("exit", ended);
  }

  /** Stops the server in an orderly way. */
  stop(): Promise<void> {
    return this.end("SIGTERM");
  }

  /** Kills the server, as a crash would. */
  kill(): Promise<void> {
    return this.end("SIGKILL");
  }

  private end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.child.once("exit", () => resolve());
      this.child.kill(signal);
    });
  }
}
