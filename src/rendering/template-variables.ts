import type { PlainValue } from "./plain-value.js";
import type { RenderedManifest } from "./manifest.js";
import { RenderingError } from "./rendering-error.js";
import { asData, holdsSealed, sealedText } from "./sealed-text.js";
import { opaqueFunctions } from "./template-functions.js";
import type { CompiledTemplate } from "./template.js";
import type { FieldUse } from "./template-fields.js";
import type { ViewShape } from "./field-check.js";

export const VariableType = { TEXT: "TEXT", NUMBER: "NUMBER", BOOLEAN: "BOOLEAN", LIST: "LIST" } as const;
export type VariableType = keyof typeof VariableType;

/** The value of a variable: a text, a number, a boolean, or a list of texts. */
export type VariableContent = string | number | boolean | readonly string[];

/** A variable that administrators declare: `{{variables.<name>}}`. */
export interface DeclaredVariable {
  readonly name: string;
  readonly type: VariableType;
  readonly description: string;
  readonly isSecret: boolean;
  /** Whether every app must have a value of it; otherwise it may be null. */
  readonly isRequired: boolean;
  readonly defaultValue: VariableContent | null;
  /** The only allowed texts, if any. */
  readonly allowed: readonly string[];
  /** A regular expression that a text matches as a whole. */
  readonly pattern: string | null;
}

const shapeOfType: Readonly<Record<VariableType, object>> = {
  TEXT: { type: "string" },
  NUMBER: { type: "number" },
  BOOLEAN: { type: "boolean" },
  LIST: { type: "array" },
};

const isNullable = ({ isRequired, defaultValue }: DeclaredVariable): boolean => !isRequired && defaultValue === null;

/** The JSON Schema of these variables in a view. */
export function variablesShape(declared: readonly DeclaredVariable[]): ViewShape {
  const properties = Object.fromEntries(declared.map((variable) => [variable.name, shapeOf(variable)]));
  return { type: "object", description: "The variables that administrators declared.", properties } as ViewShape;
}

function shapeOf(variable: DeclaredVariable): ViewShape {
  const { type, description, allowed, pattern, defaultValue, isSecret } = variable;
  const texts = { ...(allowed.length > 0 && { enum: allowed }), ...(pattern !== null && { pattern }) };
  const shape = { ...shapeOfType[type], ...(type === "LIST" ? { items: { type: "string", ...texts } } : texts) };
  const about = {
    description: isSecret ? `${description} Secret.` : description,
    ...(defaultValue !== null && !isSecret && { default: defaultValue }),
  };
  return (isNullable(variable) ? { ...about, anyOf: [shape, { type: "null" }] } : { ...about, ...shape }) as ViewShape;
}

const secretSample = sealedText(`var_${"0".repeat(32)}`, "sample");
const samples: Readonly<Record<VariableType, VariableContent>> = {
  TEXT: "text",
  NUMBER: 1,
  BOOLEAN: true,
  LIST: ["text"],
};

/** Sample values: of all variables, or only of those that are never null. */
export function sampleVariables(declared: readonly DeclaredVariable[], least: boolean): Record<string, PlainValue> {
  return Object.fromEntries(declared.map((variable) => [variable.name, sampleOf(variable, least)]));
}

function sampleOf(variable: DeclaredVariable, least: boolean): PlainValue {
  if (least && isNullable(variable)) return null;
  if (variable.isSecret) return secretSample;
  const [first] = variable.allowed;
  if (variable.defaultValue !== null) return variable.defaultValue;
  if (first === undefined) return samples[variable.type];
  return variable.type === "LIST" ? [first] : first;
}

/** A use of a variable in a template. */
export interface VariableUse extends FieldUse {
  readonly name: string;
}

const within = /^variables\.([^.[]+)/;

/** The variables that a template uses. */
export function variableUses(template: CompiledTemplate): readonly VariableUse[] {
  return template.fields.flatMap((use) => {
    const name = within.exec(use.path)?.[1];
    return name === undefined ? [] : [{ ...use, name }];
  });
}

/**
 * Refuses the use of all variables at once, which would hide the template's dependencies, and secrets where they could
 * be read: only a Secret may contain one, unchanged, in a text or in base64.
 */
export function checkVariables(
  template: CompiledTemplate,
  declared: readonly DeclaredVariable[],
  makesSecret: boolean,
): void {
  const whole = template.fields.find(({ path }) => /^variables(\[\]|$)/.test(path));
  if (whole) throw new RenderingError(whole.place, "Name one variable: {{variables.<name>}}.");
  const secrets = new Set(declared.filter(({ isSecret }) => isSecret).map(({ name }) => name));
  for (const { name, place, functions } of variableUses(template).filter((use) => secrets.has(use.name))) {
    if (!makesSecret)
      throw new RenderingError(place, `"variables.${name}" is secret: only a template of a Secret may use it.`);
    const wrong = functions.find((each) => !opaqueFunctions.has(each));
    if (wrong !== undefined)
      throw new RenderingError(place, `"variables.${name}" is secret: use it as it is, or with text or base64.`);
  }
}

/**
 * The object that a template made, with its secrets in Kubernetes' form; refuses an object with a secret outside the
 * data of a Secret.
 */
export function withSecrets(template: CompiledTemplate, object: RenderedManifest): RenderedManifest {
  if (variableUses(template).length === 0) return object;
  const { data, stringData, ...rest } = object;
  const open = object.kind === "Secret" ? rest : object;
  const keys = [data, stringData].flatMap((each) => Object.keys(each ?? {}));
  if (holdsSealed([open as PlainValue, keys]))
    throw new RenderingError(
      { template: template.name, line: 1, column: 1 },
      "A secret may stand in data or stringData alone, as a value.",
    );
  if (object.kind !== "Secret" || typeof data !== "object" || data === null) return object;
  const values = Object.entries(data).map(([key, each]) => [
    key,
    typeof each === "string" ? asData(each) : (each as unknown),
  ]);
  return { ...object, data: Object.fromEntries(values) as unknown };
}
