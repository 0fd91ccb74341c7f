import type { ApolloServerPlugin } from "@apollo/server";
import type { Bill, Context } from "../features/context.js";

/** What every answer over HTTP says of its price, in `extensions.cost`. */
export const shownCost = ({ cost, limit, remaining, resetAt }: Bill): object => ({
  requested: cost,
  limit,
  remaining,
  resetAt,
});

export const showCost: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ response: { body }, contextValue: { bill } }) {
        if (bill && body.kind === "single")
          body.singleResult.extensions = { ...body.singleResult.extensions, cost: shownCost(bill) };
        return Promise.resolve();
      },
    }),
};
