/** A value that an object may not have: its path, and what is wrong with it. */
export interface DisallowedPart {
  readonly path: string;
  readonly problem: string;
}

/** Checks a value at a path; undefined when it is allowed. */
export type Rule = (value: unknown, path: string) => DisallowedPart | undefined;

/** Any value: it affects nothing outside the app. */
export const anything: Rule = () => undefined;

/** Absent or empty: null, false, zero, or without content. */
export const nothing =
  (problem: string): Rule =>
  (value, path) =>
    isUnset(value) ? undefined : { path, problem };

/** Absent, or one of these values. */
export const oneOf =
  (...values: readonly unknown[]): Rule =>
  (value, path) =>
    value === undefined || value === null || values.includes(value)
      ? undefined
      : { path, problem: `may only be ${listed(values)}; it is ${JSON.stringify(value)}` };

/** Checks each item of a list. */
export const listOf =
  (rule: Rule): Rule =>
  (value, path) => {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) return { path, problem: "must be a list" };
    return first(value.map((item, index) => () => rule(item, `${path}[${index}]`)));
  };

/** A map with only these fields: fields of a newer Kubernetes are refused until they are on the list. */
export const mapOf =
  (fields: Readonly<Record<string, Rule>>): Rule =>
  (value, path) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) return { path, problem: "must be a map" };
    return first(
      Object.entries(value).map(([name, inner]) => () => {
        const where = path === "" ? name : `${path}.${name}`;
        if (Object.hasOwn(fields, name)) return fields[name]!(inner, where);
        return { path: where, problem: `is not among what templates may set here (${Object.keys(fields).join(", ")})` };
      }),
    );
  };

/** A map whose other fields are not checked. */
export const mapWith =
  (fields: Readonly<Record<string, Rule>>): Rule =>
  (value, path) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) return { path, problem: "must be a map" };
    return first(
      Object.entries(fields).map(
        ([name, rule]) =>
          () =>
            rule(
              Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined,
              path === "" ? name : `${path}.${name}`,
            ),
      ),
    );
  };

/** The same rule for several fields. */
export const each = (rule: Rule, ...names: readonly string[]): Record<string, Rule> =>
  Object.fromEntries(names.map((name) => [name, rule]));

function first(checks: readonly (() => DisallowedPart | undefined)[]): DisallowedPart | undefined {
  for (const check of checks) {
    const found = check();
    if (found) return found;
  }
  return undefined;
}

const listed = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(", ");

function isUnset(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === false || value === 0 || value === "";
}
