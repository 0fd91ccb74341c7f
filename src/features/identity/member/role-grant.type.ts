import type { Role } from "../../../kernel/actor.js";
import { Field, ID, InputType, ObjectType } from "type-graphql";
import { publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { Role as RoleName } from "../access/role.js";
import type { RoleGrant } from "./member.entity.js";

publishEnum(RoleName, "Role", "A set of permissions.", {
  ADMINISTRATOR: "Everything, reviews included; over the platform also its members and namespaces.",
  DEVELOPER: "Describes apps, submits them, builds, rolls back and retires them.",
  VIEWER: "Sees everything and changes nothing.",
});

@ObjectType("RoleGrant", {
  implements: NodeType,
  description: "A role that a member holds, over the platform or over one namespace.",
})
export class RoleGrantType extends NodeType implements Pick<RoleGrant, "id" | "role" | "createdAt"> {
  @Field(() => RoleName, { description: "What it allows." })
  readonly role!: Role;
  @Field(() => Date, { description: "Since when." })
  readonly createdAt!: Date;
  readonly namespaceId!: string | null;
}

@InputType("RoleInput", { description: "A role of a member, over a namespace or over the platform." })
export class RoleInputType extends RepeatableInput {
  @Field(() => ID, { description: "The member." })
  readonly memberId!: string;
  @Field(() => RoleName, { description: "The role." })
  readonly role!: Role;
  @Field(() => ID, { nullable: true, description: "The namespace; without it, the whole platform." })
  readonly namespaceId?: string | null;
}
