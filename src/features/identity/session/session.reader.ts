import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { Where } from "../../foundation/where.js";
import { Session } from "./session.entity.js";

/** Reads a member's own sessions. */
export class SessionReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly clock: Clock,
  ) {}

  async session(actor: MemberActor, id: string): Promise<Session | null> {
    return this.readModel.one(Session, new Where().is("id", id).is("member_id", actor.memberId));
  }

  async sessionsOf(actor: MemberActor): Promise<Session[]> {
    const where = new Where()
      .is("member_id", actor.memberId)
      .and("revoked_at is null and expires_at > ?", this.clock.now());
    return this.readModel.newest(Session, where, { limit: 100 });
  }
}
