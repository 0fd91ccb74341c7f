import type { Grant, MemberActor, Role } from "../../../kernel/actor.js";
import type { Clock } from "../../../kernel/clock.js";
import { Unauthenticated } from "../../../kernel/errors.js";
import type { Row } from "../../foundation/row-mapper.js";
import type { PreparedStatements } from "../../foundation/read-model.js";

/** The actor of a session, and the transactions that had committed when it was read. */
export interface ActorSnapshot {
  readonly actor: MemberActor;
  /** Identifies those transactions: while the text stays the same, the whole database stays the same. */
  readonly snapshot: string;
}

interface Waiting {
  readonly memberId: string;
  readonly sessionId: string;
  readonly resolve: (seen: ActorSnapshot) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads the actors of sessions, with their present rights. Calls in the same turn of the event loop share a statement.
 */
export class ActorReader {
  private waiting: Waiting[] = [];

  constructor(
    private readonly database: PreparedStatements,
    private readonly clock: Clock,
  ) {}

  /** Throws UNAUTHENTICATED when the session has ended. The read begins after this call. */
  of(memberId: string, sessionId: string): Promise<ActorSnapshot> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => void this.read());
      this.waiting.push({ memberId, sessionId, resolve, reject });
    });
  }

  /**
   * A database that lost its last commits in a crash, or a replacement, may assign the same numbers to other
   * transactions. It is reached over new connections, so the connections' number distinguishes both.
   */
  private snapshotOf([row]: readonly Row[]): string {
    return `${this.database.opened()}/${row!.at(-1)!}`;
  }

  private async read(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    try {
      const rows = await this.database.query(
        `select s.id, m.id, m.name, g.role, g.namespace_id, pg_current_snapshot()
           from session s join member m on m.id = s.member_id left join role_grant g on g.member_id = m.id
         where s.id = any($1) and s.revoked_at is null and s.expires_at > $2 and m.state = 'ACTIVE' order by g.id`,
        [[...new Set(asked.map(({ sessionId }) => sessionId))], this.clock.now()],
      );
      for (const { memberId, sessionId, resolve, reject } of asked) {
        const own = rows.filter(([session, member]) => session === sessionId && member === memberId);
        if (own.length > 0) resolve({ actor: actorOf(sessionId, own), snapshot: this.snapshotOf(own) });
        else reject(new Unauthenticated("The session has ended. Log in again."));
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}

function actorOf(sessionId: string, rows: readonly Row[]): MemberActor {
  const [, memberId, name] = rows[0]!;
  const grants = rows.flatMap(([, , , role, namespaceId]): Grant[] =>
    role === null ? [] : [{ role: role as Role, namespaceId: namespaceId! }],
  );
  return { kind: "MEMBER", memberId: memberId!, sessionId, name: name!, grants };
}
