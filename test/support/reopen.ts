import pg from "pg";
import type { TestServer } from "./test-server.js";

/** Gives a finished rollout or publication an open phase in the database, so that subscriptions to it stay open. */
export async function reopen({ database }: TestServer, table: string, phase: string, id: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`update ${table} set phase = $1, finished_at = null where id = $2`, [phase, id]);
  await client.end();
}
