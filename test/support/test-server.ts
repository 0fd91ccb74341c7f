import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { startServer, type Server } from "../../src/compose/server.js";
import { readConfig } from "../../src/config/config.js";
import type { AppSpecInput, CreateNamespaceInput } from "../../schema/operation-types.js";
import { OrreryClient, type Data } from "../../src/demo/orrery-client.js";
import { SandboxUpstreams } from "../../src/demo/sandbox-upstreams.js";
import { eventually } from "./eventually.js";
import { freshDatabase, type TestDatabase } from "./database.js";
import { installRights } from "./install-rights.js";

export type RoleName = "ADMINISTRATOR" | "DEVELOPER" | "VIEWER";

export interface TestServerOptions {
  /** How much faster than life the sandbox goes. */
  readonly pace?: number;
  /** More variables for the server's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

const adminLogin = { email: "admin@example.com", password: "correct horse battery" };

/** A whole server over a database of its own and the sandbox, and people who use it through GraphQL alone. */
export class TestServer {
  private server: Server | undefined;
  private readonly replicas: Server[] = [];
  private readonly clients: OrreryClient[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly sandbox: SandboxUpstreams,
    private readonly folder: string,
    /** What the server's process would find in its environment. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open({ pace = 20, environment = {} }: TestServerOptions = {}): Promise<TestServer> {
    const server = await TestServer.prepare({ pace, environment });
    await server.start();
    return server;
  }

  /** Everything but the server. */
  static async prepare({ pace = 20, environment = {} }: TestServerOptions = {}): Promise<TestServer> {
    const folder = mkdtempSync(join(tmpdir(), "orrery-server-"));
    chmodSync(folder, 0o755);
    const [database, sandbox] = await Promise.all([freshDatabase(), SandboxUpstreams.start({ folder, pace })]);
    return new TestServer(database, sandbox, folder, {
      ...sandbox.environment,
      KUBECONFIG: installRights(sandbox),
      DATABASE_URL: database.url,
      SECRET_KEY: randomBytes(32).toString("base64"),
      ADMIN_EMAIL: adminLogin.email,
      ADMIN_PASSWORD: adminLogin.password,
      HOST: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: process.env["TEST_LOG_LEVEL"] ?? "silent",
      ROLLOUT_GRACE_SECONDS: "1",
      ...environment,
    });
  }

  /** Starts it; `more` variables count for this time. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const config = readConfig({ ...this.environment, ...more });
    this.server = await startServer(config, pino({ level: config.logLevel }));
  }

  /** One more server on the same database, which only answers; resolves with its address. */
  async replica(): Promise<string> {
    const config = readConfig({ ...this.environment, ROLE: "api" });
    const replica = await startServer(config, pino({ level: config.logLevel }));
    this.replicas.push(replica);
    return `http://127.0.0.1:${replica.port}`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.close()));
    await Promise.all(this.replicas.splice(0).map((replica) => replica.stop()));
    await this.server?.stop();
    this.server = undefined;
  }

  get url(): string {
    return `http://127.0.0.1:${this.server!.port}`;
  }

  /** Streams that clients have open. */
  get open(): ReturnType<Server["open"]> {
    return this.server!.open();
  }

  /** Somebody who has not logged in. */
  anonymous(url = this.url): OrreryClient {
    const client = new OrreryClient(url);
    this.clients.push(client);
    return client;
  }

  /** The first administrator, or anybody by their login. */
  async login(login: { email: string; password: string } = adminLogin, url = this.url): Promise<OrreryClient> {
    const client = await this.anonymous(url).login(login.email, login.password);
    this.clients.push(client);
    return client;
  }

  /** An access token of the administrator, or of anybody by their login. */
  async token(login: { email: string; password: string } = adminLogin): Promise<string> {
    return (await this.login(login)).token!;
  }

  /** A new member with one role, over the namespace or over the platform, logged in. */
  async member(
    admin: OrreryClient,
    role?: RoleName,
    namespaceId?: string,
    url = this.url,
  ): Promise<OrreryClient & { readonly memberId: string }> {
    const login = { email: `${randomUUID()}@example.com`, password: "a password of theirs" };
    const { createMember } = await admin.ask("create-member", {
      input: { ...login, name: `${role ?? "Nobody"} ${login.email.slice(0, 4)}` },
    });
    const memberId = createMember.member.id;
    if (role) await admin.ask("grant-role", { input: { memberId, role, namespaceId } });
    return Object.assign(await this.login(login, url), { memberId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.sandbox.stop();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A spec that needs nothing but a repository which the sandbox has. */
export const helloSpec: AppSpecInput = {
  language: "NODE",
  repository: { provider: "GITHUB", path: "acme/hello-orrery" },
  ports: [{ name: "http", port: 8080 }],
  replicas: 2,
};

export type Namespace = NonNullable<Data<"namespace">["namespace"]>;
export type App = Data<"approve-app">["approveApp"]["app"];

/** A namespace that is ready. */
export async function createNamespace(
  admin: OrreryClient,
  name: string,
  more: Partial<CreateNamespaceInput> = {},
): Promise<Namespace> {
  const { createNamespace: created } = await admin.ask("create-namespace", { input: { name, ...more } });
  return eventually(async () => {
    const { namespace } = await admin.ask("namespace", { id: created.namespace.id });
    if (namespace?.phase !== "READY")
      throw new Error(`The namespace is ${namespace?.phase}: ${namespace?.condition?.message}`);
    return namespace;
  });
}

/** An app that was described, submitted and approved. */
export async function approvedApp(
  admin: OrreryClient,
  namespaceId: string,
  name: string,
  spec: AppSpecInput = helloSpec,
): Promise<App> {
  const { createApp } = await admin.ask("create-app", { input: { namespaceId, name, spec } });
  await admin.ask("submit-app", { input: { id: createApp.app.id } });
  const { approveApp } = await admin.ask("approve-app", { input: { id: createApp.app.id } });
  return approveApp.app;
}

/** Everything that a stream gives until it ends. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}
