import type { Clock } from "../../../kernel/clock.js";
import type { NewId } from "../../../kernel/ids.js";
import type { Change } from "../../foundation/change.js";
import { Release } from "../../delivery/release/release.entity.js";
import { startRollout } from "../../delivery/rollout/start-rollout.js";
import { write } from "./publication-advance.js";
import { sightOf, type Published } from "./publication-sight.js";
import { PublicationApp, type Publication } from "./publication.entity.js";
import { judgeRollingBack } from "./publication.rules.js";

/** Takes a publication that was cancelled one step back: the former version is in force again already. */
export class PublicationRetreat {
  constructor(
    private readonly newId: NewId,
    private readonly clock: Clock,
  ) {}

  async step(change: Change, publication: Publication, published: Published): Promise<void> {
    const { em } = change;
    const of = { publicationId: publication.id, phase: "ROLLING_BACK" } as const;
    const onTheirWay = await em.find(PublicationApp, { ...of, backRolloutId: { $ne: null } });
    for (const each of onTheirWay) await this.go(change, each, published);
    const free = publication.atOnce - onTheirWay.filter(({ phase }) => phase === "ROLLING_BACK").length;
    const next = await em.find(
      PublicationApp,
      { ...of, backRolloutId: null },
      { orderBy: { appId: "asc" }, limit: Math.max(0, free) },
    );
    for (const each of free > 0 ? next : []) await this.go(change, each, published);
    await em.flush();
    if ((await em.count(PublicationApp, of)) > 0) return;
    publication.phase = "CANCELLED";
    publication.finishedAt = this.clock.now();
    const { id: subjectId, templateId: template } = publication;
    await change.record({ event: "publication.rolledBack", subjectId, data: { template } });
  }

  private async go(change: Change, each: PublicationApp, published: Published): Promise<void> {
    const verdict = judgeRollingBack(each, await sightOf(change.em, each, published));
    if (verdict !== "GO_BACK") return write(each, verdict);
    const release = await change.em.findOneOrFail(Release, each.formerReleaseId!);
    const begun = { cause: "PUBLICATION", requestedBy: null, newId: this.newId, now: this.clock.now() } as const;
    const rollout = await startRollout(change, { release, ...begun });
    await change.em.flush();
    each.backRolloutId = rollout.id;
  }
}
