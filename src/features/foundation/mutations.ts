import {
  DeadlockException,
  OptimisticLockError,
  UniqueConstraintViolationException,
  type EntityName,
  type FilterQuery,
  type SqlEntityManager,
} from "@mikro-orm/postgresql";
import type { Actor, Grant, MemberActor } from "../../kernel/actor.js";
import { canonicalJson } from "../../kernel/canonical-json.js";
import type { Digests } from "../../kernel/digests.js";
import { Conflict, Forbidden, InvalidInput } from "../../kernel/errors.js";
import type { Journal } from "../../journal/journal.js";
import { journalCursor, journalHead } from "../../journal/journal-place.js";
import type { WorkQueue } from "../../work/work-queue.js";
import { UnitOfWork } from "./unit-of-work.js";

/** A mutation and its input, so that a repeated request gets the same result. `input` is hashed, never stored. */
export interface MutationRequest {
  readonly mutation: string;
  readonly input: { readonly idempotencyKey?: string | null | undefined };
}

/** The result of a mutation. */
export interface MutationResult<T> {
  readonly entity: T;
  /** The position of the journal before the mutation: its entries and all consequences come after this cursor. */
  readonly cursor: string;
}

/** The number of attempts of a mutation that collides with another transaction. */
const mostAttempts = 5;
const longestKey = 200;

/** What is kept of the first request with an idempotency key. */
interface StoredResult {
  readonly mutation: string;
  readonly input_hash: string;
  readonly grants: readonly Grant[];
  readonly result_id: string;
  readonly journal_position: string;
}

/** Compares rights that a member held with those held now. */
export interface RightsCheck {
  /**
   * A permission that these grants gave to the member and that the member no longer has; undefined when there is none.
   */
  lost(actor: MemberActor, former: readonly Grant[]): string | undefined;
}

/** Runs all mutations of the API: one transaction each, repeatable by its idempotency key. */
export class Mutations {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly journal: Journal,
    private readonly work: WorkQueue,
    private readonly rights: RightsCheck,
    private readonly digests: Digests,
  ) {}

  /** The unit of work of a transaction that is already open. */
  unitOfWork(em: SqlEntityManager, actor: Actor): UnitOfWork {
    return new UnitOfWork(em, actor, this.journal, this.work);
  }

  /**
   * Runs `act` in one transaction and returns the changed entity. With an idempotency key, the same key and input
   * returns the entity and the cursor of the first time and changes nothing, even for concurrent requests; the same key
   * with another input is CONFLICT, and FORBIDDEN for an actor who has lost rights meanwhile. `unique` maps violated
   * constraints to messages for people.
   */
  async run<T extends { id: string }>(
    actor: MemberActor,
    request: MutationRequest,
    entity: EntityName<T>,
    act: (unit: UnitOfWork) => Promise<T>,
    unique: Readonly<Record<string, { readonly path: string; readonly message: string }>> = {},
  ): Promise<MutationResult<T>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(actor, request, entity, act);
      } catch (error) {
        // The platform writes the same rows while it delivers. A client that must detect concurrent changes sends
        // `expectedVersion`, which is checked again; other clients do not see collisions.
        if (isCollision(error) && attempt < mostAttempts) continue;
        throw toConflict(error, unique);
      }
    }
  }

  private attempt<T extends { id: string }>(
    actor: MemberActor,
    { mutation, input }: MutationRequest,
    entity: EntityName<T>,
    act: (unit: UnitOfWork) => Promise<T>,
  ): Promise<MutationResult<T>> {
    const { idempotencyKey: key, ...rest } = input;
    return this.fork().transactional(async (em) => {
      const unit = new UnitOfWork(em, actor, this.journal, this.work);
      if (key === undefined || key === null) {
        const cursor = journalCursor(await journalHead(em));
        return { entity: await act(unit), cursor };
      }
      if (key.length === 0 || key.length > longestKey)
        throw new InvalidInput([{ path: "input.idempotencyKey", message: `Give 1 to ${longestKey} characters.` }]);
      const asked = canonicalJson([mutation, rest]);
      // A concurrent request with the same key waits here until the first has committed.
      const [first] = await em.execute<{ journal_position: string }[]>(
        `insert into idempotency_key (member_id, key, mutation, input_hash, grants, journal_position)
         select ?, ?, ?, ?, ?::jsonb, position from journal_head on conflict do nothing returning journal_position`,
        [actor.memberId, key, mutation, this.digests.of(asked), JSON.stringify(actor.grants)],
      );
      if (!first) return this.replay(em, actor, { key, mutation, asked }, entity);
      const result = await act(unit);
      await em.flush();
      await em.execute(`update idempotency_key set result_id = ? where member_id = ? and key = ?`, [
        result.id,
        actor.memberId,
        key,
      ]);
      return { entity: result, cursor: journalCursor(Number(first.journal_position)) };
    });
  }

  private async replay<T extends { id: string }>(
    em: SqlEntityManager,
    actor: MemberActor,
    request: { key: string; mutation: string; asked: string },
    entity: EntityName<T>,
  ): Promise<MutationResult<T>> {
    const [stored] = await em.execute<StoredResult[]>(
      `select mutation, input_hash, grants, result_id, journal_position from idempotency_key
       where member_id = ? and key = ?`,
      [actor.memberId, request.key],
    );
    if (stored?.mutation !== request.mutation || !this.digests.matches(stored.input_hash, request.asked)) {
      throw new Conflict("This idempotency key was used with another input. Use a new key for a new request.", {
        fields: [{ path: "input.idempotencyKey", message: "Was used with another input." }],
      });
    }
    const found = await em.findOneOrFail(entity, { id: stored.result_id } as unknown as FilterQuery<T>);
    // A repetition does not run the use-case, so the rights are compared here. One's own account needs no rights.
    const lost = isOwn(found, actor) ? undefined : this.rights.lost(actor, stored.grants);
    if (lost) throw new Forbidden(lost);
    return { entity: found, cursor: journalCursor(Number(stored.journal_position)) };
  }
}

const isOwn = (entity: { readonly id: string; readonly memberId?: string }, { memberId }: MemberActor): boolean =>
  entity.id === memberId || entity.memberId === memberId;

/** Another transaction changed the same rows, or both wait for each other. */
const isCollision = (error: unknown): boolean =>
  error instanceof OptimisticLockError || error instanceof DeadlockException;

/** Throws CONFLICT for an entity that has changed since the client read it. */
export function expectVersion(entity: { readonly version: number }, expected: number | null | undefined): void {
  if (expected === null || expected === undefined || expected === entity.version) return;
  throw new Conflict(
    `It has changed since you read it: you expect version ${expected}, it is ${entity.version}. Read it again.`,
    {
      expectedVersion: expected,
      version: entity.version,
    },
  );
}

function toConflict(error: unknown, unique: Readonly<Record<string, { path: string; message: string }>>): unknown {
  if (isCollision(error)) {
    return new Conflict("Someone else changed it at the same moment. Read it again and repeat.", { retryable: true });
  }
  if (error instanceof UniqueConstraintViolationException) {
    const constraint = (error as { constraint?: string }).constraint ?? "";
    const problem = unique[constraint];
    if (problem) return new Conflict(problem.message, { fields: [problem] });
  }
  return error;
}
