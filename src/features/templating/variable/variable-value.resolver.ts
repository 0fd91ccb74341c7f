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
  @FieldResolver(() => VariableLevel, { description: "For whom it counts." })
  level(@Root() value: VariableValue): VariableLevel {
    return levelOfValue(value);
  }

  @FieldResolver(() => Json, { nullable: true, description: "What it is; null for a secret." })
  value(@Root() { content }: VariableValue): VariableContent | null {
    return content?.is ?? null;
  }

  @FieldResolver(() => NamespaceType, { nullable: true, description: "The namespace that it is for, or whose app." })
  namespace(@Root() { namespaceId }: VariableValue, @Ctx() { loaders }: Context): Promise<Namespace | null> | null {
    return namespaceId ? loaders.byId(Namespace).load(namespaceId) : null;
  }

  @FieldResolver(() => AppType, { nullable: true, description: "The app that it is for." })
  app(@Root() { appId }: VariableValue, @Ctx() { loaders }: Context): Promise<App | null> | null {
    return appId ? loaders.byId(App).load(appId) : null;
  }

  @FieldResolver(() => MemberType, { description: "Who set it." })
  setBy(@Root() { setBy }: VariableValue, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(setBy);
  }
}

@Resolver(() => HeldVariableType)
export class HeldVariableResolver {
  @FieldResolver(() => Json, {
    nullable: true,
    description: "What templates see; null for a secret, and where there is none.",
  })
  value(@Root() { variable, chain: [value] }: EffectiveVariable): VariableContent | null {
    return (value ? value.content : variable.defaultContent)?.is ?? null;
  }

  @FieldResolver(() => VariableLevel, {
    nullable: true,
    description: "Where the value comes from; null when there is none.",
  })
  origin(@Root() { variable, chain: [value] }: EffectiveVariable): VariableLevel | null {
    if (value) return levelOfValue(value);
    return variable.defaultContent ? VariableLevel.DEFAULT : null;
  }
}

@Resolver(() => AppType)
export class AppVariablesResolver {
  constructor(private readonly reader: VariableReader) {}

  @FieldResolver(() => [HeldVariableType], { description: "What every variable holds for it, by name." })
  variables(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<EffectiveVariable[]> {
    return loaders.batch("variables", id, (appIds) => this.reader.ofApps(appIds));
  }
}

@Resolver(() => NamespaceType)
export class NamespaceVariablesResolver {
  constructor(private readonly reader: VariableReader) {}

  @FieldResolver(() => [HeldVariableType], {
    description: "What every variable holds in it, for apps that have no value of their own, by name.",
  })
  variables(@Root() { id }: Namespace, @Ctx() { loaders }: Context): Promise<EffectiveVariable[]> {
    return loaders.batch("variables of namespaces", id, (ids) => this.reader.ofNamespaces(ids));
  }
}
