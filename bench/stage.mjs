import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { OrreryClient } from "../dist/demo/orrery-client.js";
import { ServerProcess } from "../dist/demo/server-process.js";
import { EmbeddedPostgres } from "../dist/sandbox/postgres/embedded-postgres.js";
import { findHome } from "../dist/sandbox/postgres/postgres-home.js";
import { Assistant } from "./assistant.mjs";

const login = { email: "admin@example.com", password: "correct horse battery" };

/** The environment of the scenarios: a PostgreSQL, the upstreams in their own process, and servers on demand. */
export class Stage {
  #folder;
  #postgres;
  #secretKey = randomBytes(32).toString("base64");

  static async open() {
    const folder = mkdtempSync(join(tmpdir(), "orrery-bench-"));
    // PostgreSQL does not run as root, and its own user must be able to enter the folder.
    chmodSync(folder, 0o755);
    const postgres = await EmbeddedPostgres.start({ folder });
    const stage = new Stage(folder, postgres);
    await stage.renewUpstreams();
    return stage;
  }

  constructor(folder, postgres) {
    this.#folder = folder;
    this.#postgres = postgres;
  }

  /** New, empty upstreams, so that a scenario does not pay for the objects of others. */
  async renewUpstreams() {
    this.upstreams?.end();
    this.upstreams = new Assistant("upstreams.mjs");
    this.environment = await this.upstreams.ask("start", { folder: this.#folder });
  }

  /** The URL of a database, which is created if it does not exist. */
  database(name) {
    return this.#postgres.ensureDatabase(name);
  }

  /** Runs SQL as the superuser of the database. */
  async sql(url, text) {
    const client = connectionTo(url);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  /** Everything that PostgreSQL has logged. */
  databaseLog() {
    return readFileSync(`${findHome(this.#folder).data}.log`, "utf8");
  }

  /** The server as production starts it; resolves when it is ready. */
  startServer(databaseUrl, environment = {}) {
    return ServerProcess.start(this.serverEnvironment(databaseUrl, environment));
  }

  /** What the server would find in its environment. */
  serverEnvironment(databaseUrl, environment = {}) {
    return {
      ...this.environment,
      DATABASE_URL: databaseUrl,
      SECRET_KEY: this.#secretKey,
      ADMIN_EMAIL: login.email,
      ADMIN_PASSWORD: login.password,
      PORT: "0",
      LOG_LEVEL: "error",
      // A load is no client to be held back.
      BUDGET_PER_MINUTE: "1000000000",
      ANONYMOUS_BUDGET_PER_MINUTE: "1000000000",
      NEW_DOCUMENTS_PER_MINUTE: "1000000",
      MAX_SUBSCRIPTIONS_PER_MEMBER: "20000",
      ...environment,
    };
  }

  /** The administrator, logged in, with the token for whoever is not this process. */
  async login(server) {
    const { login: session } = await new OrreryClient(server.url).ask("login", { input: login });
    return Object.assign(new OrreryClient(server.url, session.accessToken), { accessToken: session.accessToken });
  }

  async close() {
    this.upstreams.end();
    await this.#postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A connection that is not open yet. */
export function connectionTo(url) {
  const { username, hostname, pathname } = new URL(url);
  return new pg.Client({ user: username, host: decodeURIComponent(hostname), database: pathname.slice(1) });
}

/** The first result of `attempt` that does not throw. */
export async function eventually(attempt, patienceMs = 30_000) {
  for (const end = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 25))) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
