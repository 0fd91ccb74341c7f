import { setTimeout as pause } from "node:timers/promises";

const pollMs = 20;

/** The first result of `attempt` that does not throw; its last error after `withinMs`. */
export async function eventually<T>(attempt: () => T | Promise<T>, withinMs = 20_000): Promise<T> {
  for (const end = Date.now() + withinMs; ; await pause(pollMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
