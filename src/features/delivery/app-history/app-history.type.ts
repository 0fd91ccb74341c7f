import { ArgsType, Field, ObjectType } from "type-graphql";
import { AppRevisionType } from "../app/app.type.js";
import type { AppRevision } from "../app/app.entity.js";
import { RolloutType } from "../rollout/rollout.type.js";
import type { Rollout } from "../rollout/rollout.entity.js";
import type { AppPast } from "./app-history.reader.js";

@ObjectType("AppPast", {
  description: "An app as it was at a moment: what was wanted, what was approved, and what was in the cluster.",
})
export class AppPastType implements Omit<AppPast, "approvedRevisionId"> {
  @Field(() => Date, { description: "The moment." })
  readonly at!: Date;
  @Field(() => AppRevisionType, { description: "What the team wanted: the newest revision that was saved by then." })
  readonly revision!: AppRevision;
  @Field(() => RolloutType, {
    nullable: true,
    description:
      "What had put objects into the cluster last: the newest rollout whose objects were there by then, whether it had ended well or not; null before the first, and when the app was retired and everything of it was gone. Its state is the one of today.",
  })
  readonly rollout!: Rollout | null;
}

@ArgsType()
export class AppAtArgs {
  @Field(() => Date, { description: "When. A moment that is still to come shows the app as it is." })
  readonly time!: Date;
}
