import type { MemberActor } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import type { ReadModel } from "../../foundation/read-model.js";
import { Session } from "./session.entity.js";

/** Reads a member's own sessions. */
export class SessionReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly clock: Clock,
  ) {}

  async session(actor: MemberActor, id: string): Promise<Session | null> {
    return this.readModel.one(Session, (sessions) =>
      sessions.where("id", "=", id).where("memberId", "=", actor.memberId),
    );
  }

  async sessionsOf(actor: MemberActor): Promise<Session[]> {
    return this.readModel.newest(
      Session,
      (sessions) =>
        sessions
          .where("memberId", "=", actor.memberId)
          .where("revokedAt", "is", null)
          .where("expiresAt", ">", this.clock.now()),
      { limit: 100 },
    );
  }
}
