import { newId } from "../../src/kernel/ids.js";
import type { OpenDatabase } from "./open-database.js";

/** A build that is there without anybody having built it, and everything that it belongs to. */
export interface StoredBuild {
  readonly id: string;
  readonly namespaceId: string;
}

/** Stores a build and its log in these chunks; what is not over can be appended to. */
export async function storeBuild(
  database: OpenDatabase,
  chunks: readonly Buffer[],
  { over = true, finishedAt = new Date() }: { over?: boolean; finishedAt?: Date } = {},
): Promise<StoredBuild> {
  const [member, namespaceId, app, revision, id] = [
    newId("Member"),
    newId("Namespace"),
    newId("App"),
    newId("AppRevision"),
    newId("Build"),
  ];
  const name = id.slice(-12);
  const rows: [string, unknown[]][] = [
    [`insert into member (id, email, name, password_hash) values (?, ?, 'Ann', '')`, [member, `${name}@example.com`]],
    [`insert into namespace (id, name, display_name) values (?, ?, '')`, [namespaceId, name]],
    [
      `insert into app (id, namespace_id, name, display_name, revision_id, created_by) values (?, ?, 'api', '', ?, ?)`,
      [app, namespaceId, revision, member],
    ],
    [
      `insert into app_revision (id, app_id, number, spec, created_by) values (?, ?, 1, '{}', ?)`,
      [revision, app, member],
    ],
    [
      `insert into build (id, app_id, namespace_id, revision_id, number, ref_kind, ref_name, image, parameters, requested_by)
       values (?, ?, ?, ?, 1, 'TAG', 'v1', 'x:1', '[]', ?)`,
      [id, app, namespaceId, revision, member],
    ],
  ];
  for (const [sql, values] of rows) await database.rows(sql, values);
  let offset = 0;
  for (const bytes of chunks) {
    await appendChunk(database, id, offset, bytes);
    offset += bytes.length;
  }
  if (over)
    await database.rows(`update build set phase = 'SUCCEEDED', log_complete = true, finished_at = ? where id = ?`, [
      finishedAt,
      id,
    ]);
  return { id, namespaceId };
}

/** Stores one more chunk, and tells of it as whoever records a console does. */
export async function appendChunk(database: OpenDatabase, id: string, offset: number, bytes: Buffer): Promise<void> {
  await database.fork().transactional(async (em) => {
    await em.execute(`insert into build_log_chunk (build_id, byte_offset, bytes) values (?, ?, decode(?, 'hex'))`, [
      id,
      offset,
      bytes.toString("hex"),
    ]);
    await em.execute(`update build set log_bytes = ? where id = ?`, [offset + bytes.length, id]);
    await em.execute(`select pg_notify('orrery', ?)`, [`build-log:${id}`]);
  });
}
