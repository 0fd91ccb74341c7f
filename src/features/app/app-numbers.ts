import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { IllegalState } from "../../kernel/errors.js";

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
  if (!row) throw new IllegalState("The app is retired.", { phase: "RETIRED" });
  return row.number;
}
