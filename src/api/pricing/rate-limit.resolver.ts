import { Ctx, Field, Int, ObjectType, Query, Resolver } from "type-graphql";
import type { Charge, Context } from "../../features/foundation/context.js";
import { NoCache } from "../../features/foundation/graphql.js";

@ObjectType("RateLimit", {
  description:
    "What you may spend: as a member, in all your sessions together, or as your network before you log in. The unit is about one row that is read; a page costs its size times what is asked of each node, and what asks an upstream costs more. Downloads spend it too, and so does each event of a subscription, of which readers who ask the same with the same rights pay one price by turns. An event that you cannot pay for waits: states give way to newer ones, nothing else is left out, and after a minute the stream ends with RATE_LIMITED, to go on from its last cursor. The last tenth is left for requests. Each server of a fleet counts by itself.",
})
class RateLimitType implements Charge {
  @Field(() => Int, { description: "What you have when you asked for nothing during a minute." })
  readonly limit!: number;
  @Field(() => Int, { description: "What this operation cost." })
  readonly cost!: number;
  @Field(() => Int, { description: "What you have left. An operation that costs more is refused as RATE_LIMITED." })
  readonly remaining!: number;
  @Field(() => Date, { description: "When you have all of `limit` again, if you ask for nothing until then." })
  readonly resetAt!: Date;
}

@Resolver()
export class RateLimitResolver {
  @NoCache
  @Query(() => RateLimitType, {
    description:
      "What you may still spend. It costs 1, as everything does at least. Every answer over HTTP says the same in `extensions.cost`.",
  })
  rateLimit(@Ctx() { charge }: Context): Charge {
    if (!charge) throw new Error("An operation was not charged.");
    return charge;
  }
}
