import type { Clock } from "../../../kernel/clock.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Change } from "../../foundation/change.js";
import { Release } from "../../delivery/release/release.entity.js";
import { startRollout } from "../../delivery/rollout/start-rollout.js";
import { applyVerdict } from "./template-rollout-advance.js";
import { readAppSnapshot, type PublishedVersion } from "./app-snapshot.js";
import { TemplateRolloutApp, type TemplateRollout } from "./template-rollout.entity.js";
import { judgeRollingBack } from "./template-rollout.rules.js";

/** Takes a publication that was cancelled one step back: the former version is in force again already. */
export class TemplateRolloutRollback {
  constructor(
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  async step(change: Change, publication: TemplateRollout, published: PublishedVersion): Promise<void> {
    const { em } = change;
    const of = { publicationId: publication.id, phase: "ROLLING_BACK" } as const;
    const onTheirWay = await em.find(TemplateRolloutApp, { ...of, backRolloutId: { $ne: null } });
    for (const each of onTheirWay) await this.go(change, each, published);
    const free = publication.atOnce - onTheirWay.filter(({ phase }) => phase === "ROLLING_BACK").length;
    const next = await em.find(
      TemplateRolloutApp,
      { ...of, backRolloutId: null },
      { orderBy: { appId: "asc" }, limit: Math.max(0, free) },
    );
    for (const each of free > 0 ? next : []) await this.go(change, each, published);
    await em.flush();
    if ((await em.count(TemplateRolloutApp, of)) > 0) return;
    publication.phase = "CANCELLED";
    publication.finishedAt = this.clock.now();
    const { id: subjectId, templateId: template } = publication;
    await change.record({ event: "publication.rolledBack", subjectId, data: { template } });
  }

  private async go(change: Change, each: TemplateRolloutApp, published: PublishedVersion): Promise<void> {
    const verdict = judgeRollingBack(each, await readAppSnapshot(change.em, each, published));
    if (verdict !== "GO_BACK") return applyVerdict(each, verdict);
    const release = await change.em.findOneOrFail(Release, each.formerReleaseId!);
    const begun = { cause: "PUBLICATION", requestedBy: null, newId: this.newId, now: this.clock.now() } as const;
    const rollout = await startRollout(change, { release, ...begun });
    await change.em.flush();
    each.backRolloutId = rollout.id;
  }
}
