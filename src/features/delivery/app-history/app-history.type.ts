import { ArgsType, Field, ObjectType } from "type-graphql";
import { AppRevisionType } from "../app/app.type.js";
import type { AppRevision } from "../app/app.entity.js";
import { RolloutType } from "../rollout/rollout.type.js";
import type { Rollout } from "../rollout/rollout.entity.js";
import type { AppPast } from "./app-history.reader.js";

@ObjectType("AppPast", {
  description: "An app as it was at a given time: the desired spec, the approved spec, and what was in the cluster.",
})
export class AppPastType implements Omit<AppPast, "approvedRevisionId"> {
  @Field(() => Date, { description: "The time that was asked for." })
  readonly at!: Date;
  @Field(() => AppRevisionType, { description: "The newest revision that was saved by that time." })
  readonly revision!: AppRevision;
  @Field(() => RolloutType, {
    nullable: true,
    description:
      "The newest rollout whose objects were in the cluster by that time, whether it succeeded or failed. Null before the first rollout, and after all objects of a retired app were gone. Its phase and progress are those of today.",
  })
  readonly rollout!: Rollout | null;
}

@ArgsType()
export class AppAtArgs {
  @Field(() => Date, { description: "The time of interest. A future time returns the app as it is now." })
  readonly time!: Date;
}
