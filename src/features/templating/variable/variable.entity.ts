import { defineEntity, p } from "@mikro-orm/postgresql";
import type { DeclaredVariable, VariableContent, VariableType } from "../../../rendering/template-variables.js";

/** The level of a variable's value. The narrowest level wins, and the default is the last. */
export const VariableLevel = { DEFAULT: "DEFAULT", PLATFORM: "PLATFORM", NAMESPACE: "NAMESPACE", APP: "APP" } as const;
export type VariableLevel = keyof typeof VariableLevel;

/** Wrapped in an object, so that a text is not parsed as JSON. */
interface Content {
  readonly is: VariableContent;
}

const VariableSchema = defineEntity({
  name: "Variable",
  tableName: "variable",
  properties: {
    id: p.text().primary(),
    name: p.text(),
    type: p.text().$type<VariableType>(),
    description: p.text(),
    isSecret: p.boolean().default(false),
    isRequired: p.boolean().default(false),
    defaultContent: p.json<Content>().fieldName("default_value").nullable(),
    allowed: p.json<readonly string[]>(),
    pattern: p.text().nullable(),
    createdBy: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
    deletedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

/** A variable that administrators declare for templates. */
export class Variable extends VariableSchema.class {
  declared(): DeclaredVariable {
    const { name, type, description, isSecret, isRequired, allowed, defaultContent } = this;
    const [pattern, defaultValue] = [this.pattern ?? null, defaultContent?.is ?? null];
    return { name, type, description, isSecret, isRequired, allowed, pattern, defaultValue };
  }
}
VariableSchema.setClass(Variable);

const VariableValueSchema = defineEntity({
  name: "VariableValue",
  tableName: "variable_value",
  properties: {
    id: p.text().primary(),
    variableId: p.text(),
    namespaceId: p.text().nullable(),
    appId: p.text().nullable(),
    content: p.json<Content>().nullable(),
    /** The encrypted value of a secret variable: never returned. */
    sealed: p.text().nullable(),
    setBy: p.text(),
    setAt: p.datetime().onCreate(() => new Date()),
  },
});

/** The reach of a value or template: everyone, one namespace, or one app. */
export type Reach = Pick<VariableValue, "namespaceId" | "appId">;

/** The level of a reach. */
export function levelOfValue({ namespaceId, appId }: Reach): VariableLevel {
  if (appId) return "APP";
  return namespaceId ? "NAMESPACE" : "PLATFORM";
}

/** A value of a variable, for everyone, one namespace or one app. */
export class VariableValue extends VariableValueSchema.class {}
VariableValueSchema.setClass(VariableValue);
