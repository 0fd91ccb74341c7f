import { AppRevision } from "../app/app.entity.js";
import { Review } from "../review/review.entity.js";
import { Rollout } from "../rollout/rollout.entity.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { Where } from "../../foundation/where.js";

/** The state of an app at a point in time, from immutable records. */
export interface AppPast {
  readonly at: Date;
  /** The newest revision at that time; null before the app was created. */
  readonly revision: AppRevision | null;
  readonly approvedRevisionId: string | null;
  /** The newest rollout whose objects were applied by then. */
  readonly rollout: Rollout | null;
}

/** Reads the state of several apps at a point in time. */
export class AppHistoryReader {
  constructor(private readonly readModel: ReadModel) {}

  async of(appIds: readonly string[], at: Date): Promise<Map<string, AppPast>> {
    const by = (column: string): Where => new Where().and(`${column} <= ?`, at.toISOString());
    const newest = { limit: 1 };
    const [revisions, reviews, rollouts] = await Promise.all([
      this.readModel.newestOfApps(AppRevision, appIds, by("created_at"), newest),
      this.readModel.newestOfApps(Review, appIds, by("decided_at").is("decision", "APPROVED"), newest),
      this.readModel.newestOfApps(Rollout, appIds, by("applied_at"), newest),
    ]);
    return new Map(
      appIds.map((id) => {
        const revision = revisions.get(id)?.[0] ?? null;
        const approvedRevisionId = reviews.get(id)?.[0]?.revisionId ?? null;
        return [id, { at, revision, approvedRevisionId, rollout: rollouts.get(id)?.[0] ?? null }];
      }),
    );
  }
}
