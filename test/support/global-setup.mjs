import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// The built program, because jest's module mapping does not reach its own set-up.
import { openDatabase } from "../../dist/compose/database.js";
import { EmbeddedPostgres } from "../../dist/sandbox/postgres/embedded-postgres.js";

/** One PostgreSQL for all test files, with a migrated template database that each file clones. */
export default async function setup() {
  const folder = mkdtempSync(join(tmpdir(), "orrery-test-"));
  chmodSync(folder, 0o755);
  const postgres = await EmbeddedPostgres.start({ folder, forgetful: true });
  const url = await postgres.ensureDatabase("orrery_template");
  const orm = await openDatabase({
    url,
    poolSize: 4,
    migrationsFolder: join(import.meta.dirname, "../../db/migrations"),
  });
  await orm.migrator.up();
  await orm.close(true);
  process.env["TEST_POSTGRES_FOLDER"] = folder;
  globalThis.testPostgres = postgres;
}
