import { z } from "zod";
import { VariableType, type DeclaredVariable, type VariableContent } from "../../../rendering/template-variables.js";
import { problemOfPattern, problemOfTexts } from "./linear-pattern.js";

const mostAllowed = 100;
const mostItems = 200;
const longestText = 32_768;

/** Identifiers that Handlebars reads as literals. */
const reserved = new Set(["true", "false", "null", "undefined", "this", "as", "else"]);

const text = z
  .string()
  .max(longestText, `At most ${longestText} characters.`)
  .regex(/^[^\0]*$/, "No zero bytes.");
const description = z.string().trim().min(1, "Say what it is for.").max(500, "At most 500 characters.");
const allowed = z
  .array(text.max(200, "At most 200 characters.").min(1, "Give at least one character."))
  .max(mostAllowed, `At most ${mostAllowed} texts.`)
  .refine((list) => new Set(list).size === list.length, "Give each text once.");
const pattern = z
  .string()
  .min(1, "Leave it out when every text may be given.")
  .max(500, { error: "At most 500 characters.", abort: true })
  .superRefine((source, context) => {
    const problem = problemOfPattern(source);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

/** The fields of a declaration that do not depend on the type. */
export const newVariable = z.object({
  name: z
    .string()
    .regex(/^[a-z][A-Za-z0-9_]{0,62}$/, "At most 63 letters, digits and _; it starts with a lower-case letter.")
    .refine((name) => !reserved.has(name), "This word means something else in templates."),
  type: z.enum(Object.keys(VariableType) as [VariableType]),
  description,
  isSecret: z.boolean(),
  isRequired: z.boolean(),
  allowed,
  pattern: pattern.nullable(),
});

export const variableEdit = z.object({
  description: description.nullish(),
  isRequired: z.boolean().nullish(),
  allowed: allowed.nullish(),
  pattern: pattern.nullish(),
});

/** Contradictions between the fields of a declaration, by field. */
export function problemsOfDeclaration(variable: DeclaredVariable): { path: string; message: string }[] {
  const { type, isSecret, isRequired, allowed: texts, pattern: wanted, defaultValue } = variable;
  const isOfTexts = type === "TEXT" || type === "LIST";
  const problems = [
    isSecret && type !== "TEXT" && { path: "isSecret", message: "Only a TEXT can be secret." },
    isSecret && texts.length > 0 && { path: "allowed", message: "Everybody could read what a secret may be." },
    isSecret && defaultValue !== null && { path: "defaultValue", message: "Everybody could read it. Set a value." },
    isRequired && defaultValue !== null && { path: "isRequired", message: "With a default there always is a value." },
    !isOfTexts && texts.length > 0 && { path: "allowed", message: "Only texts can be listed: TEXT or LIST." },
    !isOfTexts && wanted !== null && { path: "pattern", message: "Only texts can match: TEXT or LIST." },
  ].filter((each) => each !== false);
  if (problems.length > 0 || defaultValue === null) return problems;
  const problem = problemOf(variable, defaultValue);
  return problem === undefined ? [] : [{ path: "defaultValue", message: problem }];
}

const contents: Readonly<Record<VariableType, z.ZodType<VariableContent>>> = {
  TEXT: text,
  NUMBER: z.number(),
  BOOLEAN: z.boolean(),
  LIST: z.array(text).max(mostItems, `At most ${mostItems} texts.`),
};
const wanted: Readonly<Record<VariableType, string>> = {
  TEXT: "a text",
  NUMBER: "a number",
  BOOLEAN: "true or false",
  LIST: "a list of texts",
};

/** Why the variable cannot have this value; undefined when it can. */
export function problemOf(variable: DeclaredVariable, content: unknown): string | undefined {
  const { type } = variable;
  const read = contents[type].safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    return issue!.code === "invalid_type" ? `${variable.name} is a ${type}: give ${wanted[type]}.` : issue!.message;
  }
  const texts = [read.data].flat().filter((each) => typeof each === "string");
  if (variable.allowed.length > 0 && !texts.every((each) => variable.allowed.includes(each)))
    return `Give one of ${variable.allowed.join(", ")}.`;
  return variable.pattern === null ? undefined : problemOfTexts(variable.pattern, texts);
}
