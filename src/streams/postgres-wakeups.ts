import postgres from "postgres";
import type { Wakeups } from "../kernel/wakeups.js";

/** Where the database is; a host that begins with a slash is the folder of its Unix socket. */
export interface WakeupsConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl: boolean;
}

const wakeupChannel = "orrery";

/**
 * Nudges over one LISTEN connection per process. `pg_notify` inside a transaction is sent at its commit.
 * While the connection was down nudges were lost, so after it is back everyone is woken without a key.
 */
export class PostgresWakeups implements Wakeups {
  private readonly listeners = new Map<string, Set<(key: string | undefined) => void>>();
  private readonly sql: postgres.Sql;
  private started = false;

  constructor({ host, port, user, password, database, ssl }: WakeupsConnection) {
    this.sql = postgres({
      ...(host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }),
      user,
      ...(password !== undefined && { password }),
      database,
      ssl: ssl ? { rejectUnauthorized: true } : false,
      max: 1,
      onnotice: () => undefined,
      connection: { application_name: "orrery-wakeups" },
    });
  }

  /** Resolves when the connection listens. */
  async start(): Promise<void> {
    await this.sql.listen(
      wakeupChannel,
      (payload) => this.receive(payload),
      () => {
        if (this.started) this.wakeAll();
        this.started = true;
      },
    );
  }

  async stop(): Promise<void> {
    await this.sql.end({ timeout: 2 });
  }

  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, each) => sum + each.size, 0);
  }

  on(topic: string, wake: (key: string | undefined) => void): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set.add(wake));
    return () => {
      set.delete(wake);
      if (set.size === 0 && this.listeners.get(topic) === set) this.listeners.delete(topic);
    };
  }

  private receive(payload: string): void {
    const [topic, key] = split(payload);
    for (const wake of this.listeners.get(topic) ?? []) wake(key);
  }

  private wakeAll(): void {
    for (const set of this.listeners.values()) for (const wake of set) wake(undefined);
  }
}

function split(payload: string): [topic: string, key: string] {
  const at = payload.indexOf(":");
  return at < 0 ? [payload, ""] : [payload.slice(0, at), payload.slice(at + 1)];
}
