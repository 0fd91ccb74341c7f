import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { IllegalState } from "../../../kernel/errors.js";

/** Refuses to change which version of a template is effective while one of its versions is published in stages. */
export async function assertNoOpenRollout(em: SqlEntityManager, templateId: string): Promise<void> {
  // The feature of these rows depends on this one, so its entity cannot be imported here.
  const [open] = await em.execute<{ id: string; phase: string }[]>(
    `select id, phase from publication where template_id = ? and phase in ('RUNNING', 'STOPPED', 'CANCELLING') limit 1`,
    [templateId],
  );
  if (!open) return;
  throw new IllegalState(
    `A version of it is being published in stages: wait for the end of ${open.id}, or cancel it with cancelPublication.`,
    { publication: open.id, phase: open.phase },
  );
}
