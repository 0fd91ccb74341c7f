import { AppRevision } from "../app/app.entity.js";
import { Review } from "../review/review.entity.js";
import { Rollout } from "../rollout/rollout.entity.js";
import type { ReadModel } from "../../foundation/read-model.js";

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
    const newest = { limit: 1 };
    const [revisions, reviews, rollouts] = await Promise.all([
      this.readModel.newestOfApps(AppRevision, appIds, (all) => all.where("createdAt", "<=", at), newest),
      this.readModel.newestOfApps(
        Review,
        appIds,
        (all) => all.where("decision", "=", "APPROVED").where("decidedAt", "<=", at),
        newest,
      ),
      this.readModel.newestOfApps(Rollout, appIds, (all) => all.where("appliedAt", "<=", at), newest),
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
