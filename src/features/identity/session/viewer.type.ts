import { ArgsType, Field, ID, ObjectType } from "type-graphql";
import type { Member } from "../member/member.entity.js";
import { MemberType } from "../member/member.type.js";

@ObjectType("Viewer", { description: "You, as the platform knows you." })
export class ViewerType {
  @Field(() => MemberType, { description: "Your member record." })
  readonly member!: Member;
}

@ArgsType()
export class PermissionsArgs {
  @Field(() => ID, { nullable: true, description: "The namespace that is asked about; without it, the platform." })
  readonly namespaceId?: string | null;
}
