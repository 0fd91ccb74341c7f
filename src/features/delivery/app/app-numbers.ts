import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { IllegalState } from "../../../kernel/errors.js";

/**
 * The next number of an app's builds, releases or rollouts. Whoever asks holds the app's row until the commit, so
 * the numbers have no gaps, what is begun at once is begun one after the other, and nothing is begun for an app that
 * was retired a moment ago. It is no edit: `version` stays.
 */
export async function nextNumber(
  em: SqlEntityManager,
  appId: string,
  of: "build" | "release" | "rollout",
): Promise<number> {
  const column = `last_${of}_number`;
  const [row] = await em.execute<{ number: number }[]>(
    `update app set ${column} = ${column} + 1 where id = ? and phase <> 'RETIRED' returning ${column} as number`,
    [appId],
  );
  if (!row) throw retired();
  return row.number;
}

/** The number that the next release will have. It is held for this transaction: what is begun at once comes after it. */
export async function heldReleaseNumber(em: SqlEntityManager, appId: string): Promise<number> {
  const [row] = await em.execute<{ number: number }[]>(
    `select last_release_number + 1 as number from app where id = ? and phase <> 'RETIRED' for update`,
    [appId],
  );
  if (!row) throw retired();
  return row.number;
}

const retired = (): IllegalState => new IllegalState("The app is retired.", { phase: "RETIRED" });
