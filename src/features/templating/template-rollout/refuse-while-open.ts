import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { IllegalState } from "../../../kernel/errors.js";
import { openPhases, Publication } from "./publication.entity.js";

/** Refuses to touch what is in force of a template while one of its versions is published by and by. */
export async function refuseWhileOpen(em: SqlEntityManager, templateId: string): Promise<void> {
  const open = await em.findOne(Publication, { templateId, phase: { $in: openPhases } });
  if (!open) return;
  throw new IllegalState(
    `A version of it is being published in stages: wait for the end of ${open.id}, or cancel it with cancelPublication.`,
    { publication: open.id, phase: open.phase },
  );
}
