import { ArgsType, Field, ID, ObjectType } from "type-graphql";
import type { Member } from "../member/member.entity.js";
import { MemberType } from "../member/member.type.js";

@ObjectType("Viewer", { description: "The member who sends the request." })
export class ViewerType {
  @Field(() => MemberType, { description: "Your account, as other members see it." })
  readonly member!: Member;
}

@ArgsType()
export class PermissionsArgs {
  @Field(() => ID, { nullable: true, description: "The id of a namespace; the platform when omitted." })
  readonly namespaceId?: string | null;
}
