import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chmodSync } from "node:fs";
import { EmbeddedPostgres } from "../../src/sandbox/postgres/embedded-postgres.js";
import { openDatabase } from "../../src/database.js";

/** One PostgreSQL for all test files, with a migrated template database that each file clones. */
export default async function setup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "orrery-test-"));
  chmodSync(folder, 0o755);
  const postgres = await EmbeddedPostgres.start({ folder, forgetful: true });
  const url = await postgres.ensureDatabase("orrery_template");
  const orm = await openDatabase({ url, poolSize: 4, migrationsFolder: join(process.cwd(), "db/migrations") });
  await orm.migrator.up();
  await orm.close(true);
  process.env["TEST_POSTGRES_FOLDER"] = folder;
  (globalThis as { testPostgres?: EmbeddedPostgres }).testPostgres = postgres;
}
