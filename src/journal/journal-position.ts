import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { InvalidInput } from "../kernel/errors.js";
import { decodeCursor, encodeCursor } from "../kernel/page.js";

/** The position of a journal reader: after this entry. */
export const journalCursor = (position: number): string => encodeCursor([String(position)]);

/** The position that a cursor names; throws INVALID_INPUT for a cursor that is not of the journal. */
export function journalPosition(cursor: string | null | undefined): number | undefined {
  const [position] = decodeCursor(cursor, 1) ?? [];
  if (position === undefined) return undefined;
  if (!/^\d{1,15}$/.test(position)) throw notOfTheJournal();
  return Number(position);
}

const notOfTheJournal = (): InvalidInput =>
  new InvalidInput([{ path: "after", message: "Use a cursor that this stream gave you." }]);

/**
 * The newest assigned position. Entries get their positions after their commit, so whatever this transaction writes
 * comes after the position that it reads here.
 */
export async function journalHead(em: SqlEntityManager): Promise<number> {
  const [head] = await em.execute<{ position: string }[]>(`select position from journal_head`);
  return Number(head!.position);
}

/**
 * The position at which a reader with this cursor continues; without a cursor, the newest position. A cursor beyond the
 * end belongs to another journal and is INVALID_INPUT.
 */
export async function reachedPosition(em: SqlEntityManager, cursor: string | null | undefined): Promise<number> {
  const head = await journalHead(em);
  const position = journalPosition(cursor) ?? head;
  if (position > head) throw notOfTheJournal();
  return position;
}
