import { Field, InputType, ObjectType } from "type-graphql";
import { connectionOf, EditInput, publishEnum } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { ReviewDecision, type Review } from "./review.entity.js";
import { Text } from "../../foundation/text-bound.js";

publishEnum(ReviewDecision, "ReviewDecision", "The decision of a reviewer on a revision.", {
  PENDING: "The reviewer has not decided yet.",
  APPROVED: "The reviewer approved the revision.",
  REJECTED: "The reviewer rejected the revision; `reason` says why.",
});

@ObjectType("Review", { implements: NodeType, description: "A review of one submitted revision of an app." })
export class ReviewType
  extends NodeType
  implements Pick<Review, "id" | "decision" | "reason" | "submittedAt" | "decidedAt">
{
  @Field(() => ReviewDecision, { description: "The reviewer's decision, or that there is none yet." })
  readonly decision!: ReviewDecision;
  @Field(() => String, { nullable: true, description: "The reviewer's reason; null unless the revision was rejected." })
  readonly reason!: string | null;
  @Field(() => Date, { description: "When the revision was submitted." })
  readonly submittedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the reviewer decided; null before that." })
  readonly decidedAt!: Date | null;
}
export const ReviewConnection = connectionOf("Review", () => ReviewType, "an app's reviews, newest first");

@InputType({ description: "The app to reject, and the reason." })
export class RejectAppInput extends EditInput {
  @Text({ most: 2_000, content: "LINES" })
  @Field(() => String, { description: "What the team should change; the team reads this text." })
  readonly reason!: string;
}
