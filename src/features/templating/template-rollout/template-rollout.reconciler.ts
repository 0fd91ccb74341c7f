import { isDeepStrictEqual } from "node:util";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { platformActor } from "../../../kernel/actor.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import type { Mutations } from "../../foundation/mutations.js";
import { Template, TemplateVersion } from "../template-source/template.entity.js";
import type { TemplateRolloutAdvance } from "./template-rollout-advance.js";
import type { TemplateRolloutRollback } from "./template-rollout-rollback.js";
import {
  noCounts,
  TemplateRollout,
  type TemplateRolloutAppPhase,
  type TemplateRolloutCounts,
} from "./template-rollout.entity.js";

/** The rollouts of apps take seconds. */
const requeueMs = 500;

/**
 * Advances one template rollout stage by stage, or rolls it back. It requests releases; the release reconciler makes
 * them.
 */
export class TemplateRolloutReconciler implements Reconciler {
  readonly kind = "publication";
  readonly resync = `select id from publication where phase in ('RUNNING', 'CANCELLING')`;

  constructor(
    private readonly mutations: Mutations,
    private readonly advance: TemplateRolloutAdvance,
    private readonly retreat: TemplateRolloutRollback,
  ) {}

  async reconcile(id: string, context: ReconcileContext): Promise<Outcome> {
    const isIdle = await context.commit(async (em) => {
      // Locked before its apps, so that transactions which stop it or make a release for it wait here.
      await em.execute(`select 1 from publication where id = ? for update`, [id]);
      const publication = await em.findOne(TemplateRollout, id);
      if (!publication || restful(publication)) return true;
      const { version: before } = publication;
      const template = await em.findOneOrFail(Template, publication.templateId);
      const version = await em.findOneOrFail(TemplateVersion, publication.templateVersionId);
      const unit = this.mutations.unitOfWork(em, platformActor);
      const direction = publication.phase === "RUNNING" ? this.advance : this.retreat;
      await direction.step(unit, publication, { template, version });
      await em.flush();
      const counts = await count(em, id);
      if (!isDeepStrictEqual(counts, publication.counts)) publication.counts = counts;
      await em.flush();
      if (publication.version !== before || restful(publication)) await unit.notify("publication", id);
      return restful(publication);
    });
    return isIdle ? done : requeueAfter(requeueMs);
  }
}

const restful = (publication: TemplateRollout): boolean => publication.isOver() || publication.phase === "STOPPED";

async function count(em: SqlEntityManager, id: string): Promise<TemplateRolloutCounts> {
  const rows = await em.execute<{ phase: TemplateRolloutAppPhase; count: string }[]>(
    `select phase, count(*) from publication_app where publication_id = ? group by 1`,
    [id],
  );
  return { ...noCounts, ...Object.fromEntries(rows.map((row) => [row.phase, Number(row.count)])) };
}
