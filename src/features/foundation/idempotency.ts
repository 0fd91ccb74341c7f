import type { EntityName, FilterQuery, SqlEntityManager } from "@mikro-orm/postgresql";
import type { Grant, MemberActor } from "../../kernel/actor.js";
import { canonicalJson } from "../../kernel/canonical-json.js";
import type { Digests } from "../../kernel/digests.js";
import { Conflict, Forbidden, InvalidInput } from "../../kernel/errors.js";

const longestKey = 200;

/** A request with an idempotency key. `input` is hashed, never stored. */
interface KeyedRequest<T> {
  readonly key: string;
  readonly mutation: string;
  readonly input: object;
  /** What the mutation returns. */
  readonly entity: EntityName<T>;
}

/** The result of the first request with a key, and the position of the journal before it. */
interface FirstResult<T> {
  readonly entity: T;
  readonly position: number;
}

/** What is kept of the first request with an idempotency key. */
interface StoredRequest {
  readonly mutation: string;
  readonly input_hash: string;
  readonly grants: readonly Grant[];
  readonly result_id: string;
  readonly journal_position: string;
}

/** Compares rights that a member held with those held now. */
interface RightsCheck {
  /**
   * A permission that these grants gave to the member and that the member no longer has; undefined when there is none.
   */
  lost(actor: MemberActor, former: readonly Grant[]): string | undefined;
}

/** The idempotency keys of all members: a repeated request gets the result of the first one and changes nothing. */
export class IdempotencyKeys {
  constructor(
    private readonly rights: RightsCheck,
    private readonly digests: Digests,
  ) {}

  /**
   * Runs `act` for the first request with the key. The same key and input returns the entity as it is now; another input
   * is CONFLICT, and an actor who has lost rights meanwhile FORBIDDEN. `em` is in a transaction, which both share.
   */
  async once<T extends { id: string }>(
    em: SqlEntityManager,
    actor: MemberActor,
    request: KeyedRequest<T>,
    act: () => Promise<T>,
  ): Promise<FirstResult<T>> {
    const { key, mutation, input } = request;
    if (key.length === 0 || key.length > longestKey)
      throw new InvalidInput([{ path: "input.idempotencyKey", message: `Give 1 to ${longestKey} characters.` }]);
    const canonical = canonicalJson([mutation, input]);
    // A concurrent request with the same key waits here until the first has committed.
    const [first] = await em.execute<{ journal_position: string }[]>(
      `insert into idempotency_key (member_id, key, mutation, input_hash, grants, journal_position)
       select ?, ?, ?, ?, ?::jsonb, position from journal_head on conflict do nothing returning journal_position`,
      [actor.memberId, key, mutation, this.digests.of(canonical), JSON.stringify(actor.grants)],
    );
    if (!first) return this.repeat(em, actor, request, canonical);
    const entity = await act();
    await em.flush();
    await em.execute(`update idempotency_key set result_id = ? where member_id = ? and key = ?`, [
      entity.id,
      actor.memberId,
      key,
    ]);
    return { entity, position: Number(first.journal_position) };
  }

  private async repeat<T extends { id: string }>(
    em: SqlEntityManager,
    actor: MemberActor,
    { key, mutation, entity }: KeyedRequest<T>,
    canonical: string,
  ): Promise<FirstResult<T>> {
    const [stored] = await em.execute<StoredRequest[]>(
      `select mutation, input_hash, grants, result_id, journal_position from idempotency_key
       where member_id = ? and key = ?`,
      [actor.memberId, key],
    );
    if (stored?.mutation !== mutation || !this.digests.matches(stored.input_hash, canonical)) {
      throw new Conflict("This idempotency key was used with another input. Use a new key for a new request.", {
        fields: [{ path: "input.idempotencyKey", message: "Was used with another input." }],
      });
    }
    const found = await em.findOneOrFail(entity, { id: stored.result_id } as unknown as FilterQuery<T>);
    // A repetition does not run the use-case, so the rights are compared here. One's own account needs no rights.
    const lost = isOwn(found, actor) ? undefined : this.rights.lost(actor, stored.grants);
    if (lost) throw new Forbidden(lost);
    return { entity: found, position: Number(stored.journal_position) };
  }
}

const isOwn = (entity: { readonly id: string; readonly memberId?: string }, { memberId }: MemberActor): boolean =>
  entity.id === memberId || entity.memberId === memberId;
