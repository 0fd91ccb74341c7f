import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { OrreryClient } from "../../src/demo/orrery-client.js";
import { projectFolder } from "../../src/kernel/project-folder.js";
import type { TestServer } from "./test-server.js";

const admin = { email: "admin@example.com", password: "correct horse battery" };
const timeoutMs = 120_000;

/** A server in a process of its own, which may be killed at any moment, also while it starts, and clients that outlive it. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private url: string | undefined;
  private log = "";
  private token: string | undefined;
  private failure: Error | undefined;
  /** How often it was started. */
  lives = 0;

  constructor(
    private readonly server: TestServer,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  /** Resolves when it is ready; never, when it is killed before. Rejects when it ends by itself. */
  start(): Promise<void> {
    this.lives++;
    const child = fork(join(projectFolder, "dist/main.js"), [], {
      env: {
        PATH: process.env["PATH"],
        NODE_ENV: "production",
        ...this.server.environment,
        ...this.environment,
        LOG_LEVEL: "warn",
      },
      silent: true,
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (this.log += String(text)));
    return new Promise((resolve, reject) => {
      child.once("message", ({ port }: { port: number }) => {
        this.url = `http://127.0.0.1:${port}`;
        resolve();
      });
      child.once("exit", (status) => {
        if (status === null) return;
        this.failure = new Error(`The server ended by itself, with status ${status}: ${this.log}`);
        reject(this.failure);
      });
    });
  }

  /** What it said at level error, and what it said without being asked: each line means that someone must act. */
  get errors(): string[] {
    return this.log.split("\n").filter((line) => line !== "" && !/^\{"level":[1-4]0/.test(line));
  }

  /** Where it listens, in this life. */
  get port(): number | undefined {
    return this.url === undefined ? undefined : Number(new URL(this.url).port);
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = this.url = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGKILL");
    });
  }

  /** A client of the present life, acting for the administrator. */
  async connect(): Promise<OrreryClient> {
    const { url } = this;
    if (url === undefined) throw new Error("The server is not ready.");
    if (this.token === undefined) {
      const { login } = await new OrreryClient(url).ask("login", { input: admin });
      this.token = login.accessToken;
    }
    return new OrreryClient(url, this.token);
  }

  /** Asks until a living server answers, as a careful client does; what is asked must be safe to repeat. */
  async persist<T>(ask: (client: OrreryClient) => Promise<T>): Promise<T> {
    for (const end = Date.now() + timeoutMs; ; await new Promise((resolve) => setTimeout(resolve, 25))) {
      try {
        return await ask(await this.connect());
      } catch (error) {
        if (this.failure) throw this.failure;
        if (Date.now() > end) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
