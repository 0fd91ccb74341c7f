import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../kernel/actor.js";
import type { Clock } from "../../kernel/clock.js";
import { InvalidInput } from "../../kernel/errors.js";
import { kindOfId } from "../../kernel/ids.js";
import type { Wakeups } from "../../kernel/wakeups.js";
import type { Stream } from "../../streams/mailbox.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import { Tail } from "../../streams/tail.js";
import { Member } from "../access/member.entity.js";
import type { Changed, Changes } from "../change.js";
import type { Rows, Slice } from "../rows.js";
import { Where } from "../where.js";
import { Notification } from "./notification.entity.js";

const batchSize = 100;

/** A notification as it arrives. */
export interface NotificationAdded extends StreamEvent {
  readonly notification: Notification;
}

/** A member's inbox. Nobody reads anybody else's. */
export class NotificationService {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly rows: Rows,
    private readonly changes: Changes,
    private readonly wakeups: Wakeups,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async notifications(
    actor: MemberActor,
    filter: { unreadOnly?: boolean | null },
    slice: Slice,
  ): Promise<Notification[]> {
    return this.rows.newest(Notification, this.where(actor, filter), slice);
  }

  async count(actor: MemberActor, filter: { unreadOnly?: boolean | null }): Promise<number> {
    return this.rows.count(Notification, this.where(actor, filter));
  }

  async notification(actor: MemberActor, id: string): Promise<Notification | null> {
    return this.rows.one(Notification, this.where(actor, {}).is("id", id));
  }

  private where(actor: MemberActor, { unreadOnly }: { unreadOnly?: boolean | null }): Where {
    const where = new Where().is("member_id", actor.memberId);
    return unreadOnly ? where.and("read_at is null") : where;
  }

  /** Marks these, or all of them; ids that are not the actor's change nothing. */
  async markRead(
    actor: MemberActor,
    input: { ids?: readonly string[] | null; idempotencyKey?: string | null },
  ): Promise<Changed<Member>> {
    return this.changes.make(actor, { mutation: "markNotificationsRead", input }, Member, async (change) => {
      await change.em.nativeUpdate(
        Notification,
        { memberId: actor.memberId, readAt: null, ...(input.ids && { id: { $in: [...input.ids] } }) },
        { readAt: this.clock.now() },
      );
      return change.em.findOneOrFail(Member, actor.memberId);
    });
  }

  /** Every notification after the given one, or from now on, each once. */
  async added(actor: MemberActor, after?: string | null): Promise<Stream<NotificationAdded>> {
    if (after && kindOfId(after) !== "Notification") {
      throw new InvalidInput([{ path: "after", message: "Use the cursor of a notification that you received." }]);
    }
    let last =
      after ??
      (await this.fork().findOne(Notification, { memberId: actor.memberId }, { orderBy: { id: "desc" } }))?.id ??
      "";
    return new Tail(
      async () => {
        const more = await this.fork().find(
          Notification,
          { memberId: actor.memberId, id: { $gt: last } },
          { orderBy: { id: "asc" }, limit: batchSize },
        );
        last = more.at(-1)?.id ?? last;
        return more.map((notification) => ({ cursor: notification.id, notification }));
      },
      (nudge) => this.wakeups.on("notification", (key) => (key === undefined || key === actor.memberId) && nudge()),
    );
  }
}
