import { spawn, spawnSync } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { findHome, type PostgresHome } from "./postgres-home.js";

/** Why the server cannot run, in one line for people. */
export class PostgresError extends Error {
  override readonly name = "PostgresError";
}

export interface EmbeddedPostgresOptions {
  /** Keeps the data over restarts. */
  readonly folder: string;
  /** For tests: nothing is flushed to disk, so a power cut loses data (a killed process does not). */
  readonly forgetful?: boolean;
}

const superuser = "orrery";
const startTimeoutMs = 15_000;

/** A real PostgreSQL from the npm binaries, on a Unix socket: no port, no password, nothing installed. */
export class EmbeddedPostgres {
  private constructor(
    private readonly home: PostgresHome,
    private readonly pid: number,
    /** Whether it was already running: left behind by a killed process. */
    readonly takenOver: boolean,
  ) {}

  /** Starts the server of a folder, makes it first if needed, or takes over the one that runs there. Throws PostgresError. */
  static async start({ folder, forgetful = false }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    try {
      const home = findHome(folder);
      if (!existsSync(join(home.data, "PG_VERSION"))) initialise(home);
      const running = await takeOver(home);
      if (running !== undefined) return new EmbeddedPostgres(home, running, true);
      return new EmbeddedPostgres(home, await launch(home, forgetful), false);
    } catch (error) {
      if (error instanceof PostgresError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      throw new PostgresError(code === "ENOSPC" ? diskFull(folder) : `The embedded database cannot start: ${message}`, {
        cause: error,
      });
    }
  }

  /** The address of a database of this server. */
  url(database: string): string {
    return `postgres://${superuser}@${encodeURIComponent(this.home.socketFolder)}/${database}`;
  }

  /** Makes the database unless it is there; `template` is copied. */
  async ensureDatabase(database: string, template?: string): Promise<string> {
    await this.run(
      `create database "${database}"${template === undefined ? "" : ` template "${template}" strategy file_copy`}`,
    ).catch((error: unknown) => {
      if ((error as { code?: string }).code !== "42P04") throw error;
    });
    return this.url(database);
  }

  /** Runs SQL as superuser. */
  async run(sql: string): Promise<void> {
    const client = connect(this.home);
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  /** Stops the server; open connections are cut. */
  async stop(): Promise<void> {
    signal(this.pid, "SIGINT");
    for (const end = Date.now() + startTimeoutMs; Date.now() < end && signal(this.pid, 0);) await sleep(20);
  }

  /** Simulates a power failure, for tests. */
  async kill(): Promise<void> {
    signal(this.pid, "SIGKILL");
    for (const end = Date.now() + startTimeoutMs; Date.now() < end && (await answers(this.home));) await sleep(20);
  }
}

/** Makes the data folder under another name first, so that a half-made one is never taken for a whole one. */
function initialise({ binaries, data, user }: PostgresHome): void {
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  if (user) chownSync(draft, user.uid, user.gid);
  const { status, stderr, error } = spawnSync(
    join(binaries, "initdb"),
    ["-D", draft, "-U", superuser, "-A", "trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"],
    { ...user, cwd: draft, encoding: "utf8", env: { PATH: process.env["PATH"], LC_ALL: "C" } },
  );
  if (error) throw error;
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new PostgresError(
      isFull(dirname(data)) ? diskFull(dirname(data)) : `The embedded database cannot be made: ${lastLine(stderr)}`,
    );
  }
  renameSync(draft, data);
}

/** The process id of a server that runs in this folder already. */
async function takeOver(home: PostgresHome): Promise<number | undefined> {
  const pidFile = join(home.data, "postmaster.pid");
  for (const end = Date.now() + startTimeoutMs; existsSync(pidFile) && Date.now() < end; await sleep(50)) {
    const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
    if (!signal(pid, 0)) return undefined;
    if (await answers(home)) return pid;
  }
  return undefined;
}

async function launch(home: PostgresHome, forgetful: boolean): Promise<number> {
  const logFile = `${home.data}.log`;
  const log = openSync(logFile, "w");
  const settings = {
    listen_addresses: "",
    shared_buffers: "64MB",
    max_connections: 200,
    jit: "off",
    ...(forgetful && { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(
    join(home.binaries, "postgres"),
    ["-D", home.data, "-k", home.socketFolder, "-p", "5432", ...flags],
    {
      ...home.user,
      cwd: home.data,
      detached: true,
      stdio: ["ignore", log, log],
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
    },
  );
  server.unref();
  closeSync(log);
  let ended = false;
  server.once("exit", () => (ended = true));
  server.once("error", () => (ended = true));
  for (const end = Date.now() + startTimeoutMs; Date.now() < end && !ended; await sleep(20)) {
    if (await answers(home)) return server.pid!;
  }
  const said = readFileSync(logFile, "utf8");
  if (server.pid !== undefined) signal(server.pid, "SIGKILL");
  throw new PostgresError(
    isFull(home.data) ? diskFull(home.data) : `The embedded database cannot start: ${lastLine(said)} (see ${logFile})`,
  );
}

const connect = ({ socketFolder }: PostgresHome): pg.Client =>
  new pg.Client({
    host: socketFolder,
    port: 5432,
    user: superuser,
    database: "postgres",
    connectionTimeoutMillis: 2_000,
  });

async function answers(home: PostgresHome): Promise<boolean> {
  const client = connect(home);
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the process was there to receive it. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Asked of the disk, because PostgreSQL meets a full one in many ways: in words, or by a bus error. */
function isFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < 64 * 1024 * 1024;
}

const diskFull = (folder: string): string =>
  `The disk is full: the embedded database needs about 100 MB under ${folder}.`;
const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";
