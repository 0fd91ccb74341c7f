import type { Clock } from "../../../kernel/clock.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";

const dayMs = 24 * 60 * 60_000;
/** Builds whose consoles are removed in one transaction. */
const batchSize = 20;

/** The one key of this kind: all consoles. */
const buildLogKey = { kind: "build-log", key: "retention" } as const;

/** Removes the consoles of old builds once a day; the builds themselves stay. */
export class BuildLogReconciler implements Reconciler {
  readonly kind = buildLogKey.kind;
  readonly resync = `select '${buildLogKey.key}' as id`;

  /** With 0 days no console is ever removed. */
  constructor(
    private readonly clock: Clock,
    private readonly keptDays: number,
  ) {}

  async reconcile(_key: string, context: ReconcileContext): Promise<Outcome> {
    if (this.keptDays === 0) return done;
    const now = this.clock.now();
    const kept = new Date(now.getTime() - this.keptDays * dayMs);
    const trimmed = await context.commit((em) =>
      em.execute(
        `with old as (
           select id from build where log_trimmed_at is null and finished_at < ? and log_complete and log_bytes > 0
           order by finished_at limit ? for update
         ), gone as (
           delete from build_log_chunk using old where build_id = old.id
         )
         update build set log_trimmed_at = ? from old where build.id = old.id returning build.id`,
        [kept, batchSize, now],
      ),
    );
    return requeueAfter(trimmed.length === batchSize ? 0 : dayMs);
  }
}
