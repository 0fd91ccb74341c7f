// Writes db/schema.sql: what all migrations together make, in one canonical order, so that a migration is a reviewable diff.
import { mkdtempSync, chmodSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

const columns = `
  select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
         pg_get_expr(d.adbin, d.adrelid) as "default"
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind = 'r' and c.relname <> 'migration'
  order by c.relname, a.attnum`;

const constraints = `
  select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
  where k.contype in ('p', 'u', 'f', 'c') and c.relname <> 'migration'
  order by c.relname, k.contype desc, k.conname`;

const indexes = `
  select tablename as table, indexdef as definition from pg_indexes
  where schemaname = 'public' and tablename <> 'migration'
    and indexname not in (select conname from pg_constraint)
  order by tablename, indexname`;

/** The tables of a migrated database, as SQL. */
export async function dumpSchema(/** @type {string | pg.ClientConfig} */ connection) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const [{ rows: columnRows }, { rows: constraintRows }, { rows: indexRows }] = [
      await client.query(columns),
      await client.query(constraints),
      await client.query(indexes),
    ];
    const tables = [...new Set(columnRows.map((row) => row.table))];
    return tables
      .map((table) => {
        const of = (rows) => rows.filter((row) => row.table === table);
        const lines = [
          ...of(columnRows).map(
            (row) =>
              `  ${row.name} ${row.type}${row.required ? " not null" : ""}${row.default === null ? "" : ` default ${row.default}`}`,
          ),
          ...of(constraintRows).map((row) => `  constraint ${row.name} ${row.definition}`),
        ];
        const after = of(indexRows).map((row) => `${row.definition};\n`);
        return `create table ${table} (\n${lines.join(",\n")}\n);\n${after.join("")}`;
      })
      .join("\n");
  } finally {
    await client.end();
  }
}

if (process.argv[1] === import.meta.filename) {
  const { EmbeddedPostgres } = await import("../dist/sandbox/postgres/embedded-postgres.js");
  const { openDatabase, readDatabaseUrl } = await import("../dist/compose/database.js");
  const folder = mkdtempSync(join(tmpdir(), "orrery-dump-"));
  chmodSync(folder, 0o755);
  const postgres = await EmbeddedPostgres.start({ folder, forgetful: true });
  try {
    const url = await postgres.ensureDatabase("dump");
    const orm = await openDatabase({ url, poolSize: 4, migrationsFolder: join(import.meta.dirname, "migrations") });
    await orm.migrator.up();
    await orm.close(true);
    writeFileSync(join(import.meta.dirname, "schema.sql"), await dumpSchema(readDatabaseUrl(url)));
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
