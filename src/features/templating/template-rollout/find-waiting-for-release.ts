import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { TemplateRolloutApp } from "./template-rollout.entity.js";

/** The template rollout that waits for a release of the app. It cannot be stopped before the transaction ends. */
export async function findWaitingForRelease(em: SqlEntityManager, appId: string): Promise<TemplateRolloutApp | null> {
  const [running] = await em.execute<{ id: string }[]>(
    `select id from publication where phase = 'RUNNING'
       and id in (select publication_id from publication_app where app_id = ? and wants_release) order by id limit 1 for share`,
    [appId],
  );
  return running ? em.findOne(TemplateRolloutApp, { publicationId: running.id, appId, wantsRelease: true }) : null;
}
