import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import type { RoleGrant } from "../../identity/member/member.entity.js";
import { RoleGrantType } from "../../identity/member/role-grant.type.js";
import { Namespace } from "./namespace.entity.js";
import { NamespaceType } from "./namespace.type.js";

@Resolver(() => RoleGrantType)
export class RoleGrantNamespaceResolver {
  @FieldResolver(() => NamespaceType, {
    nullable: true,
    description: "The namespace that the role is limited to; null for the whole platform.",
  })
  namespace(@Root() { namespaceId }: RoleGrant, @Ctx() { loaders }: Context): Promise<Namespace | null> | null {
    return namespaceId ? loaders.byId(Namespace).load(namespaceId) : null;
  }
}
