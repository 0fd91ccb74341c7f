import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { PublicationApp } from "./publication.entity.js";

/** The publication that wants a release of the app made. It goes on for as long as the transaction lasts: who stops it waits. */
export async function publicationThatWants(em: SqlEntityManager, appId: string): Promise<PublicationApp | null> {
  const [running] = await em.execute<{ id: string }[]>(
    `select id from publication where phase = 'RUNNING'
       and id in (select publication_id from publication_app where app_id = ? and wants_release) order by id limit 1 for share`,
    [appId],
  );
  return running ? em.findOne(PublicationApp, { publicationId: running.id, appId, wantsRelease: true }) : null;
}
