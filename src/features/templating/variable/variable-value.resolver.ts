import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { VariableContent } from "../../../rendering/template-variables.js";
import { Member } from "../../identity/member/member.entity.js";
import { MemberType } from "../../identity/member/member.type.js";
import { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import type { Context } from "../../foundation/context.js";
import { Json } from "../../foundation/graphql.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { NamespaceType } from "../../delivery/namespace/namespace.type.js";
import { levelOfValue, VariableLevel, type VariableValue } from "./variable.entity.js";
import type { VariableReader } from "./variable.reader.js";
import { HeldVariableType, VariableValueType } from "./variable.type.js";
import type { EffectiveVariable } from "./effective-variables.js";

@Resolver(() => VariableValueType)
export class VariableValueResolver {
  @FieldResolver(() => VariableLevel, { description: "The level for which the value counts." })
  level(@Root() value: VariableValue): VariableLevel {
    return levelOfValue(value);
  }

  @FieldResolver(() => Json, { nullable: true, description: "The value; null for a secret variable." })
  value(@Root() { content }: VariableValue): VariableContent | null {
    return content?.is ?? null;
  }

  @FieldResolver(() => NamespaceType, {
    nullable: true,
    description: "The namespace of the value, or that of its app; null for a platform-wide value.",
  })
  namespace(@Root() { namespaceId }: VariableValue, @Ctx() { loaders }: Context): Promise<Namespace | null> | null {
    return namespaceId ? loaders.byId(Namespace).load(namespaceId) : null;
  }

  @FieldResolver(() => AppType, { nullable: true, description: "The app that the value is for; null for all others." })
  app(@Root() { appId }: VariableValue, @Ctx() { loaders }: Context): Promise<App | null> | null {
    return appId ? loaders.byId(App).load(appId) : null;
  }

  @FieldResolver(() => MemberType, { description: "The member who set the value." })
  setBy(@Root() { setBy }: VariableValue, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(setBy);
  }
}

@Resolver(() => HeldVariableType)
export class HeldVariableResolver {
  @FieldResolver(() => Json, {
    nullable: true,
    description: "The value that templates read; null for a secret, and when there is none.",
  })
  value(@Root() { variable, chain: [value] }: EffectiveVariable): VariableContent | null {
    return (value ? value.content : variable.defaultContent)?.is ?? null;
  }

  @FieldResolver(() => VariableLevel, {
    nullable: true,
    description: "The level that the value comes from; null when there is none.",
  })
  origin(@Root() { variable, chain: [value] }: EffectiveVariable): VariableLevel | null {
    if (value) return levelOfValue(value);
    return variable.defaultContent ? VariableLevel.DEFAULT : null;
  }
}

@Resolver(() => AppType)
export class AppVariablesResolver {
  constructor(private readonly reader: VariableReader) {}

  @FieldResolver(() => [HeldVariableType], { description: "The value of every variable for the app, sorted by name." })
  variables(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<EffectiveVariable[]> {
    return loaders.batch("variables", id, (appIds) => this.reader.ofApps(appIds));
  }
}

@Resolver(() => NamespaceType)
export class NamespaceVariablesResolver {
  constructor(private readonly reader: VariableReader) {}

  @FieldResolver(() => [HeldVariableType], {
    description:
      "The value of every variable for apps of the namespace that have no value of their own, sorted by name.",
  })
  variables(@Root() { id }: Namespace, @Ctx() { loaders }: Context): Promise<EffectiveVariable[]> {
    return loaders.batch("variables of namespaces", id, (ids) => this.reader.ofNamespaces(ids));
  }
}
