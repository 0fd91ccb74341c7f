import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Migration, Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import { bulkhead } from "cockatiel";
import { areas } from "./areas.js";
import type { DatabaseAddress } from "../streams/postgres-pub-sub.js";
import type { PreparedQuery, PreparedStatements } from "../features/foundation/read-model.js";

/** The stored entities of every area. */
export const entities = areas.flatMap((area) => area.entities);

/** `postgres://user:password@host:port/name?sslmode=require`; a socket folder is written with `%2F` for each slash. */
export function readDatabaseUrl(url: string): DatabaseAddress {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: decodeURIComponent(hostname),
    port: port === "" ? 5432 : Number(port),
    user: decodeURIComponent(username),
    ...(password !== "" && { password: decodeURIComponent(password) }),
    database: decodeURIComponent(pathname.slice(1)),
    ssl: ["require", "verify-ca", "verify-full"].includes(searchParams.get("sslmode") ?? ""),
  };
}

/** Creates the connection pool without sending a query. */
export async function openDatabase({
  url,
  poolSize,
  migrationsFolder,
}: {
  url: string;
  poolSize: number;
  migrationsFolder: string;
}): Promise<MikroORM> {
  const { host, port, user, password, database, ssl } = readDatabaseUrl(url);
  return MikroORM.init({
    host,
    port,
    user,
    ...(password !== undefined && { password }),
    dbName: database,
    entities,
    extensions: [Migrator],
    migrations: {
      migrationsList: readMigrations(migrationsFolder),
      snapshot: false,
      silent: true,
      tableName: "migration",
    },
    // A connection keeps its prepared statements, and a new one invalidates the response cache.
    pool: { min: 0, max: poolSize, idleTimeoutMillis: 300_000 },
    driverOptions: { connectionTimeoutMillis: 5_000, ...(ssl && { ssl: { rejectUnauthorized: true } }) },
    // Every unit of work forks its own entity manager.
    allowGlobalContext: false,
    discovery: { warnWhenNoEntities: false },
  });
}

/**
 * Statements that are prepared once per connection and run on whichever connection is free; values stay the text that
 * PostgreSQL sends. They queue instead of using more than half of the pool: a new connection costs more than waiting,
 * and transactions need connections too.
 */
export async function prepareStatements(orm: MikroORM, poolSize: number): Promise<PreparedStatements> {
  const pool = await orm.em.getConnection().getNativeClient();
  let opened = 0;
  pool.on("connect", () => void opened++);
  const atOnce = bulkhead(Math.floor(poolSize / 2), Number.POSITIVE_INFINITY);
  const names = new Map<string, string>();
  const types = { getTypeParser: () => (text: string) => text };
  const ask: PreparedQuery = async (text, values) => {
    const name = names.get(text) ?? `orrery_${names.size}`;
    names.set(text, name);
    const statement = { name, text, values: [...values], rowMode: "array" as const, types };
    const { rows } = await atOnce.execute(() => pool.query<(string | null)[]>(statement));
    return rows;
  };
  return { query: ask, opened: () => opened };
}

/** Each `db/migrations/*.sql`, in the order of their names. Plain SQL, so that a migration is a reviewable change. */
function readMigrations(
  folder: string,
): { name: string; class: new (...args: ConstructorParameters<typeof Migration>) => Migration }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => {
      const sql = readFileSync(join(folder, file), "utf8");
      class SqlMigration extends Migration {
        override up(): void {
          this.addSql(sql);
        }
      }
      return { name: file.replace(/\.sql$/, ""), class: SqlMigration };
    });
}
