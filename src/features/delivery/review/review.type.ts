import { Field, InputType, ObjectType } from "type-graphql";
import { connectionOf, EditInput, publishEnum } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { ReviewDecision, type Review } from "./review.entity.js";
import { Text } from "../../foundation/text-bound.js";

publishEnum(ReviewDecision, "ReviewDecision", "What a reviewer decided.", {
  PENDING: "Nothing yet.",
  APPROVED: "Yes.",
  REJECTED: "No; `reason` says why.",
});

@ObjectType("Review", { implements: NodeType, description: "A reviewer's look at one submitted revision of an app." })
export class ReviewType
  extends NodeType
  implements Pick<Review, "id" | "decision" | "reason" | "submittedAt" | "decidedAt">
{
  @Field(() => ReviewDecision, { description: "What was decided." })
  readonly decision!: ReviewDecision;
  @Field(() => String, { nullable: true, description: "Why it was rejected." })
  readonly reason!: string | null;
  @Field(() => Date, { description: "When it was submitted." })
  readonly submittedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When it was decided." })
  readonly decidedAt!: Date | null;
}
export const ReviewConnection = connectionOf("Review", () => ReviewType, "an app's reviews, newest first");

@InputType({ description: "Which app, and why not." })
export class RejectAppInput extends EditInput {
  @Text({ most: 2_000, content: "LINES" })
  @Field(() => String, { description: "What the team should change; it is shown to them." })
  readonly reason!: string;
}
