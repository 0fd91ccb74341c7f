import type { Role } from "../../../kernel/actor.js";
import { Field, ID, InputType, ObjectType } from "type-graphql";
import { publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { Role as RoleName } from "../access/role.js";
import type { RoleGrant } from "./member.entity.js";

publishEnum(RoleName, "Role", "A named set of permissions.", {
  ADMINISTRATOR: "May do everything, reviews included; on the platform also manages members and namespaces.",
  DEVELOPER: "May create, submit, build, roll back and retire apps.",
  VIEWER: "May read everything and change nothing.",
});

@ObjectType("RoleGrant", {
  implements: NodeType,
  description: "A role that a member has, on the platform or on one namespace.",
})
export class RoleGrantType extends NodeType implements Pick<RoleGrant, "id" | "role" | "createdAt"> {
  @Field(() => RoleName, { description: "The role, a set of permissions." })
  readonly role!: Role;
  @Field(() => Date, { description: "When the role was granted." })
  readonly createdAt!: Date;
  readonly namespaceId!: string | null;
}

@InputType("RoleInput", { description: "A role of a member, on one namespace or on the platform." })
export class RoleInputType extends RepeatableInput {
  @Field(() => ID, { description: "The id of the member." })
  readonly memberId!: string;
  @Field(() => RoleName, { description: "The role to grant or revoke." })
  readonly role!: Role;
  @Field(() => ID, {
    nullable: true,
    description: "The id of a namespace to limit the role to; the whole platform when omitted.",
  })
  readonly namespaceId?: string | null;
}
