import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { InvalidInput } from "../kernel/errors.js";
import { decodeCursor, encodeCursor } from "../kernel/page.js";

/** Where a reader of the journal is: behind the entry of this position. */
export const journalCursor = (position: number): string => encodeCursor([String(position)]);

/** The position that a cursor names; throws INVALID_INPUT when it is none of the journal's. */
export function journalPosition(cursor: string | null | undefined): number | undefined {
  const [position] = decodeCursor(cursor, 1) ?? [];
  if (position === undefined) return undefined;
  if (!/^\d{1,15}$/.test(position)) throw notOfTheJournal();
  return Number(position);
}

const notOfTheJournal = (): InvalidInput =>
  new InvalidInput([{ path: "after", message: "Use a cursor that this stream gave you." }]);

/**
 * The newest position that was given. Entries get theirs after their commit, so whatever a transaction writes is behind
 * the position that it reads here.
 */
export async function journalHead(em: SqlEntityManager): Promise<number> {
  const [head] = await em.execute<{ position: string }[]>(`select position from journal_head`);
  return Number(head!.position);
}

/**
 * Where a reader with this cursor goes on, or one without begins: at the newest position. A cursor that the journal has
 * not reached is of another journal, and INVALID_INPUT.
 */
export async function reachedPosition(em: SqlEntityManager, cursor: string | null | undefined): Promise<number> {
  const head = await journalHead(em);
  const position = journalPosition(cursor) ?? head;
  if (position > head) throw notOfTheJournal();
  return position;
}
