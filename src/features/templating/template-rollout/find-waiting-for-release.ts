import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { TemplateRolloutApp } from "./template-rollout.entity.js";

/** The publication that wants a release of the app made. It goes on for as long as the transaction lasts: who stops it waits. */
export async function findWaitingForRelease(em: SqlEntityManager, appId: string): Promise<TemplateRolloutApp | null> {
  const [running] = await em.execute<{ id: string }[]>(
    `select id from publication where phase = 'RUNNING'
       and id in (select publication_id from publication_app where app_id = ? and wants_release) order by id limit 1 for share`,
    [appId],
  );
  return running ? em.findOne(TemplateRolloutApp, { publicationId: running.id, appId, wantsRelease: true }) : null;
}
