import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { IllegalState } from "../../../kernel/errors.js";

/**
 * The next number of an app's builds, releases or rollouts. The transaction locks the app's row until its commit, so the
 * numbers have no gaps, concurrent transactions are serialised, and a retired app gets no new number. The app's `version`
 * does not change.
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

/** The number of the next release. The transaction locks the app's row, so no other one can take the number. */
export async function lockReleaseNumber(em: SqlEntityManager, appId: string): Promise<number> {
  const [row] = await em.execute<{ number: number }[]>(
    `select last_release_number + 1 as number from app where id = ? and phase <> 'RETIRED' for update`,
    [appId],
  );
  if (!row) throw retired();
  return row.number;
}

const retired = (): IllegalState => new IllegalState("The app is retired.", { phase: "RETIRED" });
