import postgres from "postgres";
import type { PubSub } from "../kernel/pub-sub.js";

/** The address of the database; a host that begins with a slash is the folder of a Unix socket. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl: boolean;
}

const notificationChannel = "orrery";

/**
 * Notifications over one LISTEN connection per process. `pg_notify` inside a transaction is sent at its commit.
 * Notifications are lost while the connection is down, so after a reconnect every subscriber is called without a key.
 */
export class PostgresPubSub implements PubSub {
  private readonly listeners = new Map<string, Set<(key: string | undefined) => void>>();
  private readonly sql: postgres.Sql;
  private started = false;

  constructor({ host, port, user, password, database, ssl }: DatabaseAddress) {
    this.sql = postgres({
      ...(host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }),
      user,
      ...(password !== undefined && { password }),
      database,
      ssl: ssl ? { rejectUnauthorized: true } : false,
      max: 1,
      onnotice: () => undefined,
      connection: { application_name: "orrery-pub-sub" },
    });
  }

  /** Resolves when the connection has begun to listen. */
  async start(): Promise<void> {
    await this.sql.listen(
      notificationChannel,
      (payload) => this.receive(payload),
      () => {
        if (this.started) this.notifyAll();
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

  subscribe(topic: string, notify: (key: string | undefined) => void): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set.add(notify));
    return () => {
      set.delete(notify);
      if (set.size === 0 && this.listeners.get(topic) === set) this.listeners.delete(topic);
    };
  }

  private receive(payload: string): void {
    const [topic, key] = split(payload);
    for (const notify of this.listeners.get(topic) ?? []) notify(key);
  }

  private notifyAll(): void {
    for (const set of this.listeners.values()) for (const notify of set) notify(undefined);
  }
}

function split(payload: string): [topic: string, key: string] {
  const at = payload.indexOf(":");
  return at < 0 ? [payload, ""] : [payload.slice(0, at), payload.slice(at + 1)];
}
