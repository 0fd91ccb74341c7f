import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { WorkQueue } from "../work/work-queue.js";

/**
 * Asks for a look at everything that should exist upstream. At each start, because nobody told us what
 * happened to it while we were away: a deleted object is put back, a lost job is made again.
 */
export async function resyncAll(em: SqlEntityManager, work: WorkQueue): Promise<void> {
  await em.transactional(async (tx) => {
    await work.enqueueAll(tx, "namespace", `select id from namespace`);
    await work.enqueueAll(
      tx,
      "app",
      `select id from app where approved_revision_id is not null and removed_at is null`,
    );
    await work.enqueueAll(tx, "build", `select id from build where phase in ('QUEUED', 'RUNNING')`);
    await work.enqueueAll(tx, "rollout", `select id from rollout where phase in ('PENDING', 'PROGRESSING')`);
    await work.enqueueAll(tx, "publication", `select id from publication where phase in ('RUNNING', 'CANCELLING')`);
    await work.enqueue(tx, { kind: "build-log", key: "retention" });
  });
}
