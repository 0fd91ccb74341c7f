import { randomBytes } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { MemberActor } from "../../../kernel/actor.js";
import { Conflict, NotFound, RateLimited } from "../../../kernel/errors.js";
import type { SecretCipher } from "../../../kernel/secret-cipher.js";
import { hashToken } from "./tokens.js";

/** An operation that a client requested on a reserved stream and that has not ended. */
export interface ReservedOperation {
  /** Distinguishes the operation from an earlier one with the same name. */
  readonly number: string;
  /** The client's name for the operation. */
  readonly name: string;
  /** The request, as JSON. */
  readonly request: unknown;
}

interface OperationRow {
  readonly number: string;
  readonly operation_id: string;
  readonly request: string;
}

/** The number of streams that one member may have reserved or open, over all sessions. */
const mostOfMember = 50;
/** A reservation expires when nobody opens it for this long, or when no replica renews it. */
const unseenMs = 45_000;
const isSeen = `seen_at > now() - ${unseenMs} * interval '1 ms'`;

/**
 * Event streams that carry several operations. A client reserves a stream, opens it, and requests operations by further
 * requests. Each of these may reach another replica, so the state of a stream is in the database, and the replica that
 * holds the stream is notified by `reserved-stream`.
 */
export class StreamReservations {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly cipher: SecretCipher,
  ) {}

  /** Reserves a stream; returns the token that names it, which is not stored. Throws RATE_LIMITED. */
  async reserve({ memberId, sessionId }: Pick<MemberActor, "memberId" | "sessionId">): Promise<string> {
    const token = randomBytes(24).toString("base64url");
    await this.fork().transactional(async (em) => {
      // One at a time for each member, so that concurrent requests cannot all take the last place.
      await em.execute(`select pg_advisory_xact_lock(hashtextextended('reserved-stream:' || ?, 0))`, [memberId]);
      await em.execute(`delete from reserved_stream where not (${isSeen})`);
      const reserved = await em.execute<unknown[]>(
        `insert into reserved_stream (id, session_id)
         select ?, ? where (select count(*) from reserved_stream join session on session.id = session_id
                            where member_id = ?) < ? returning id`,
        [hashToken(token), sessionId, memberId, mostOfMember],
      );
      if (reserved.length === 0)
        throw new RateLimited(`You have ${mostOfMember} event streams reserved or open, and may have no more.`, 30_000);
    });
    return token;
  }

  /** The id of the stream that the token names, and whether it is open. NOT_FOUND unless this session reserved it. */
  async find(token: string, sessionId: string): Promise<{ id: string; isOpen: boolean }> {
    const [found] = await this.fork().execute<{ id: string; is_open: boolean }[]>(
      `select id, opened_at is not null as is_open from reserved_stream where id = ? and session_id = ? and ${isSeen}`,
      [hashToken(token), sessionId],
    );
    if (!found) throw new NotFound("event stream", "of this token");
    return { id: found.id, isOpen: found.is_open };
  }

  /** Makes the caller the holder. Throws CONFLICT if there is another one. */
  async open(id: string): Promise<void> {
    const opened = await this.fork().execute<unknown[]>(
      `update reserved_stream set opened_at = now(), seen_at = now() where id = ? and opened_at is null returning id`,
      [id],
    );
    if (opened.length === 0) throw new Conflict("This event stream is open already.");
  }

  /** Renews these streams; returns those that still exist. */
  async keep(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const kept = await this.fork().execute<{ id: string }[]>(
      `update reserved_stream set seen_at = now() where id = any(?::text[]) returning id`,
      [`{${ids.join(",")}}`],
    );
    return new Set(kept.map(({ id }) => id));
  }

  async drop(id: string): Promise<void> {
    await this.fork().execute(`delete from reserved_stream where id = ?`, [id]);
  }

  /** Requests one more operation. Throws CONFLICT when there is one with this name. */
  async add(id: string, name: string, request: unknown): Promise<void> {
    const added = await this.fork().execute<unknown[]>(
      `with added as (
         insert into reserved_operation (stream_id, operation_id, request)
         select id, ?, ? from reserved_stream where id = ? on conflict do nothing returning stream_id)
       select pg_notify('orrery', 'reserved-stream:' || stream_id) from added`,
      [name, this.cipher.encrypt(JSON.stringify(request), contextOf(id, name)), id],
    );
    if (added.length === 0) throw new Conflict(`There is an operation ${name} already.`);
  }

  /** Cancels an operation. */
  async remove(id: string, name: string): Promise<void> {
    await this.fork().execute(
      `with removed as (
         delete from reserved_operation where stream_id = ? and operation_id = ? returning stream_id)
       select pg_notify('orrery', 'reserved-stream:' || stream_id) from removed`,
      [id, name],
    );
  }

  /** The requested operations, in the order of the requests. */
  async operations(id: string): Promise<ReservedOperation[]> {
    const rows = await this.fork().execute<OperationRow[]>(
      `select number, operation_id, request from reserved_operation where stream_id = ? order by number`,
      [id],
    );
    return rows.map(({ number, operation_id: name, request }) => ({
      number,
      name,
      request: JSON.parse(this.cipher.decrypt(request, contextOf(id, name))) as unknown,
    }));
  }

  /** Marks an operation as ended, so that its name can be used again. */
  async over(id: string, { number }: ReservedOperation): Promise<void> {
    await this.fork().execute(`delete from reserved_operation where stream_id = ? and number = ?`, [id, number]);
  }
}

const contextOf = (id: string, name: string): string => `${id}/${name}`;
