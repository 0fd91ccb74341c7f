import {
  DeadlockException,
  OptimisticLockError,
  UniqueConstraintViolationException,
  type EntityName,
  type SqlEntityManager,
} from "@mikro-orm/postgresql";
import type { Actor, MemberActor } from "../../kernel/actor.js";
import { Conflict } from "../../kernel/errors.js";
import type { Journal } from "../../journal/journal.js";
import { journalCursor, journalHead } from "../../journal/journal-position.js";
import type { WorkQueue } from "../../work/work-queue.js";
import type { IdempotencyKeys } from "./idempotency.js";
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

/** Runs all mutations of the API: one transaction each, repeatable by its idempotency key. */
export class Mutations {
  constructor(
    private readonly fork: () => SqlEntityManager,
    private readonly journal: Journal,
    private readonly work: WorkQueue,
    private readonly idempotency: IdempotencyKeys,
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
      const unit = this.unitOfWork(em, actor);
      if (key === undefined || key === null) {
        const cursor = journalCursor(await journalHead(em));
        return { entity: await act(unit), cursor };
      }
      const first = await this.idempotency.once(em, actor, { key, mutation, input: rest, entity }, () => act(unit));
      return { entity: first.entity, cursor: journalCursor(first.position) };
    });
  }
}

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
