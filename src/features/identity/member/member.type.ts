import { Field, ID, InputType, ObjectType } from "type-graphql";
import { connectionOf, MutationPayload, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { Text } from "../../foundation/text-bound.js";
import { MemberState, type Member } from "./member.entity.js";

publishEnum(MemberState, "MemberState", "Whether a member can log in.", {
  ACTIVE: "Can log in.",
  CLOSED: "Cannot log in any more; what they did stays on record.",
});

@ObjectType("Member", { implements: NodeType, description: "A person who uses the platform." })
export class MemberType extends NodeType implements Pick<Member, "id" | "name" | "state" | "createdAt"> {
  @Field(() => String, { description: "How other people know them." })
  readonly name!: string;
  @Field(() => MemberState, { description: "Whether they can log in." })
  readonly state!: MemberState;
  @Field(() => Date, { description: "Since when they are here." })
  readonly createdAt!: Date;
}
export const MemberConnection = connectionOf("Member", () => MemberType, "members");

@InputType("CreateMemberInput", { description: "A new member." })
export class CreateMemberInputType extends RepeatableInput {
  @Field(() => String, { description: "The e-mail address to log in with." })
  readonly email!: string;
  @Field(() => String, { description: "How other people know them." })
  readonly name!: string;
  @Text({ most: 200, content: "ANYTHING" })
  @Field(() => String, { description: "The first password, 12 characters or more." })
  readonly password!: string;
}

@InputType({ description: "Which member to close." })
export class CloseMemberInput extends RepeatableInput {
  @Field(() => ID, { description: "The member." })
  readonly id!: string;
}

@ObjectType("MemberPayload", { description: "The member as it is now." })
export class MemberPayload extends MutationPayload {
  @Field(() => MemberType, { description: "The member." })
  readonly member!: Member;
}
