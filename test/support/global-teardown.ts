import { rmSync } from "node:fs";
import type { EmbeddedPostgres } from "../../src/sandbox/postgres/embedded-postgres.js";

export default async function teardown(): Promise<void> {
  await (globalThis as { testPostgres?: EmbeddedPostgres }).testPostgres?.stop();
  rmSync(process.env["TEST_POSTGRES_FOLDER"]!, { recursive: true, force: true });
}
