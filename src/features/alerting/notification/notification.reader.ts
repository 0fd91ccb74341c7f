import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import { kindOfId } from "../../../kernel/ids.js";
import type { PubSub } from "../../../kernel/pub-sub.js";
import { journalCursor, reachedPosition } from "../../../journal/journal-position.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import { ReadCoalescer } from "../../../streams/read-coalescer.js";
import type { StreamEvent } from "../../../streams/stream-event.js";
import { ResumableReader } from "../../../streams/resumable-reader.js";
import type { ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { type Filter } from "../../foundation/filter.js";
import { Notification } from "./notification.entity.js";

const batchSize = 100;

/** A notification as it arrives. */
export interface NotificationAdded extends StreamEvent {
  readonly notification: Notification;
}

/** A member's inbox. Nobody reads anybody else's. */
export class NotificationReader {
  private readonly reads: ReadCoalescer<NotificationAdded>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly readModel: ReadModel,
    private readonly pubSub: PubSub,
  ) {
    // Nothing is kept: that a notification was read changes it.
    this.reads = new ReadCoalescer((notify) => pubSub.subscribe("notification", notify));
  }

  /** Newest first. */
  async notifications(
    actor: MemberActor,
    filter: { unreadOnly?: boolean | null },
    slice: KeysetPage,
  ): Promise<Notification[]> {
    return this.readModel.newest(Notification, this.filter(actor, filter), slice);
  }

  async count(actor: MemberActor, filter: { unreadOnly?: boolean | null }): Promise<number> {
    return this.readModel.count(Notification, this.filter(actor, filter));
  }

  async notification(actor: MemberActor, id: string): Promise<Notification | null> {
    return this.readModel.one(Notification, (all) => all.where("id", "=", id).$call(this.filter(actor, {})));
  }

  private filter(actor: MemberActor, { unreadOnly }: { unreadOnly?: boolean | null }): Filter<Notification> {
    return (all) => {
      const own = all.where("memberId", "=", actor.memberId);
      return unreadOnly ? own.where("readAt", "is", null) : own;
    };
  }

  /** Every notification after the given one, or from now on, each once. */
  async added(actor: MemberActor, after?: string | null): Promise<Stream<NotificationAdded>> {
    let position = after ? await this.positionOf(actor, after) : await this.lastPosition(actor);
    return new ResumableReader(
      async () => {
        const from = position;
        const more = await this.reads.read(actor.memberId, from, () => this.behind(actor.memberId, from));
        position = more?.at(-1)?.notification.journalPosition ?? position;
        return more;
      },
      (notify) =>
        this.pubSub.subscribe("notification", (key) => (key === undefined || key === actor.memberId) && notify()),
      journalCursor(position),
    );
  }

  /** In the order of what they tell of: ids sort by clocks, of which there are several. */
  private async behind(memberId: string, position: number): Promise<NotificationAdded[]> {
    const found = await this.readModel.list(Notification, (all) =>
      all
        .where("memberId", "=", memberId)
        .where("journalPosition", ">", position)
        .orderBy("journalPosition")
        .limit(batchSize),
    );
    return found.map((notification) => ({ cursor: journalCursor(notification.journalPosition), notification }));
  }

  /** Where a cursor of this stream stands, or a notification whose id is given. */
  private async positionOf(actor: MemberActor, after: string): Promise<number> {
    if (kindOfId(after) !== "Notification") return reachedPosition(this.fork(), after);
    const notification = await this.notification(actor, after);
    if (!notification) throw new NotFound("notification", after);
    return notification.journalPosition;
  }

  private async lastPosition(actor: MemberActor): Promise<number> {
    const [last] = await this.readModel.list(Notification, (all) =>
      all.$call(this.filter(actor, {})).orderBy("journalPosition", "desc").limit(1),
    );
    return last?.journalPosition ?? 0;
  }
}
