import { Ctx, Field, Int, ObjectType, Query, Resolver } from "type-graphql";
import type { Charge, Context } from "../../features/foundation/context.js";
import { NoCache } from "../../features/foundation/graphql.js";

@ObjectType("RateLimit", {
  description:
    "The budget of a member, in all sessions together, or of a network before it logs in. The unit is about one row that is read: a page costs its size times what is asked of each node, and a field that asks an upstream costs more. Requests, downloads and the events of subscriptions spend it; readers who ask the same with the same rights pay for an event in turns. An event that the budget does not cover waits: newer states replace older ones, everything else is kept, and after a minute the stream ends with RATE_LIMITED, to continue behind its last cursor. The last tenth of the budget is reserved for requests. Each server counts by itself.",
})
class RateLimitType implements Charge {
  @Field(() => Int, { description: "The whole budget, which is available after a minute without requests." })
  readonly limit!: number;
  @Field(() => Int, { description: "The cost of this operation, which is spent already." })
  readonly cost!: number;
  @Field(() => Int, {
    description: "The part of the budget that is left. An operation that costs more is refused as RATE_LIMITED.",
  })
  readonly remaining!: number;
  @Field(() => Date, { description: "When all of `limit` is available again, if nothing is asked until then." })
  readonly resetAt!: Date;
}

@Resolver()
export class RateLimitResolver {
  @NoCache
  @Query(() => RateLimitType, {
    description:
      "The rate limit that applies to you, and what is left of it. It costs 1, the least that an operation costs. Every response over HTTP has the same values in `extensions.cost`.",
  })
  rateLimit(@Ctx() { charge }: Context): Charge {
    if (!charge) throw new Error("An operation was not charged.");
    return charge;
  }
}
