import { rmSync } from "node:fs";

export default async function teardown() {
  await globalThis.testPostgres?.stop();
  rmSync(process.env["TEST_POSTGRES_FOLDER"], { recursive: true, force: true });
}
