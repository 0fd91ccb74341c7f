import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { MutationResult, Mutations } from "../../foundation/mutations.js";
import { Member } from "../../identity/member/member.entity.js";
import { Notification } from "./notification.entity.js";

/** Marks a member's own notifications as read. */
export class NotificationService {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
  ) {}

  /** Marks these notifications, or all of them; ids of other members change nothing. */
  async markRead(
    actor: MemberActor,
    input: { ids?: readonly string[] | null; idempotencyKey?: string | null },
  ): Promise<MutationResult<Member>> {
    return this.mutations.run(actor, { mutation: "markNotificationsRead", input }, Member, async (unit) => {
      await unit.em.nativeUpdate(
        Notification,
        { memberId: actor.memberId, readAt: null, ...(input.ids && { id: { $in: [...input.ids] } }) },
        { readAt: this.clock.now() },
      );
      return unit.em.findOneOrFail(Member, actor.memberId);
    });
  }
}
