import type { Clock } from "../../../kernel/clock.js";
import type { NewId } from "../../../kernel/ids.js";
import type { UnitOfWork } from "../../foundation/unit-of-work.js";
import { Release } from "../../delivery/release/release.entity.js";
import { startRollout } from "../../delivery/rollout/start-rollout.js";
import { applyOutcome } from "./template-rollout-advance.js";
import { readAppSnapshot, type PublishedVersion } from "./app-snapshot.js";
import { TemplateRolloutApp, type TemplateRollout } from "./template-rollout.entity.js";
import { judgeRollingBack } from "./template-rollout.rules.js";

/** Rolls a cancelled template rollout back by one step; the former version is effective again already. */
export class TemplateRolloutRollback {
  constructor(
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  async step(unit: UnitOfWork, publication: TemplateRollout, published: PublishedVersion): Promise<void> {
    const { em } = unit;
    const of = { publicationId: publication.id, phase: "ROLLING_BACK" } as const;
    const onTheirWay = await em.find(TemplateRolloutApp, { ...of, backRolloutId: { $ne: null } });
    for (const each of onTheirWay) await this.go(unit, each, published);
    const free = publication.atOnce - onTheirWay.filter(({ phase }) => phase === "ROLLING_BACK").length;
    const next = await em.find(
      TemplateRolloutApp,
      { ...of, backRolloutId: null },
      { orderBy: { appId: "asc" }, limit: Math.max(0, free) },
    );
    for (const each of free > 0 ? next : []) await this.go(unit, each, published);
    await em.flush();
    if ((await em.count(TemplateRolloutApp, of)) > 0) return;
    publication.phase = "CANCELLED";
    publication.finishedAt = this.clock.now();
    const { id: subjectId, templateId: template } = publication;
    await unit.record({ event: "publication.rolledBack", subjectId, data: { template } });
  }

  private async go(unit: UnitOfWork, each: TemplateRolloutApp, published: PublishedVersion): Promise<void> {
    const outcome = judgeRollingBack(each, await readAppSnapshot(unit.em, each, published));
    if (outcome !== "GO_BACK") return applyOutcome(each, outcome, this.clock.now());
    const release = await unit.em.findOneOrFail(Release, each.formerReleaseId!);
    const begun = { cause: "PUBLICATION", requestedBy: null, newId: this.newId, now: this.clock.now() } as const;
    const rollout = await startRollout(unit, { release, ...begun });
    await unit.em.flush();
    each.backRolloutId = rollout.id;
  }
}
