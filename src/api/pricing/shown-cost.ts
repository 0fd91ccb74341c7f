import type { Charge } from "../../features/foundation/context.js";

/** What every answer over HTTP says of its price, in `extensions.cost`. */
export const shownCost = ({ cost, limit, remaining, resetAt }: Charge): object => ({
  requested: cost,
  limit,
  remaining,
  resetAt,
});
