import { Field, ID, InputType, ObjectType } from "type-graphql";
import { connectionOf, MutationPayload, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { Text } from "../../foundation/text-bound.js";
import { MemberState, type Member } from "./member.entity.js";

publishEnum(MemberState, "MemberState", "Whether a member can log in.", {
  ACTIVE: "The member can log in.",
  CLOSED: "The member can no longer log in; past actions stay in the journal.",
});

@ObjectType("Member", { implements: NodeType, description: "A person with an account on the platform." })
export class MemberType extends NodeType implements Pick<Member, "id" | "name" | "state" | "createdAt"> {
  @Field(() => String, { description: "The member's name as others see it." })
  readonly name!: string;
  @Field(() => MemberState, { description: "Whether the member can log in." })
  readonly state!: MemberState;
  @Field(() => Date, { description: "When the member was added." })
  readonly createdAt!: Date;
}
export const MemberConnection = connectionOf("Member", () => MemberType, "members");

@InputType("CreateMemberInput", { description: "The member to create." })
export class CreateMemberInputType extends RepeatableInput {
  @Field(() => String, { description: "The e-mail address to log in with." })
  readonly email!: string;
  @Field(() => String, { description: "The member's name as others see it." })
  readonly name!: string;
  @Text({ most: 200, content: "ANYTHING" })
  @Field(() => String, { description: "The initial password, 12 characters or more." })
  readonly password!: string;
}

@InputType({ description: "The member whose account is closed." })
export class CloseMemberInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the member." })
  readonly id!: string;
}

@ObjectType("MemberPayload", { description: "The member after the change." })
export class MemberPayload extends MutationPayload {
  @Field(() => MemberType, { description: "The member after the change." })
  readonly member!: Member;
}
