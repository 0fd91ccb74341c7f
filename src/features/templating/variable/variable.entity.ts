import { defineEntity, p } from "@mikro-orm/postgresql";
import type { DeclaredVariable, VariableContent, VariableType } from "../../../rendering/template-variables.js";

/** Whose value a variable has; the narrower one wins, and the default is what is left. */
export const VariableLevel = { DEFAULT: "DEFAULT", PLATFORM: "PLATFORM", NAMESPACE: "NAMESPACE", APP: "APP" } as const;
export type VariableLevel = keyof typeof VariableLevel;

/** A value beside nothing, so that a text is not taken for JSON. */
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

/** A word that administrators add to what templates see. */
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
    /** A secret: never returned. */
    sealed: p.text().nullable(),
    setBy: p.text(),
    setAt: p.datetime().onCreate(() => new Date()),
  },
});

/** The reach of a value or template: everyone, one namespace, or one app. */
export type Reach = Pick<VariableValue, "namespaceId" | "appId">;

/** Whose value it is. */
export function levelOfValue({ namespaceId, appId }: Reach): VariableLevel {
  if (appId) return "APP";
  return namespaceId ? "NAMESPACE" : "PLATFORM";
}

/** What a variable holds for everyone, in one namespace or for one app. */
export class VariableValue extends VariableValueSchema.class {}
VariableValueSchema.setClass(VariableValue);
