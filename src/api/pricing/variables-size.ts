/** How much is sent as variables. */
export interface VariablesSize {
  readonly variableValues: number;
  readonly variableDepth: number;
  /** Characters of all texts and names. */
  readonly characters: number;
}

/**
 * Measures variables until one of the figures is over its limit: a megabyte of brackets is not walked. Without recursion,
 * because nothing says how deep they are.
 */
export function variablesSize(
  variables: unknown,
  limits: { readonly variableValues: number; readonly variableDepth: number },
): VariablesSize {
  let [variableValues, variableDepth, characters] = [0, 0, 0];
  const contentsOf = (value: unknown): readonly unknown[] => {
    if (typeof value === "string") characters += value.length;
    if (value === null || typeof value !== "object") return [];
    if (Array.isArray(value)) return value as unknown[];
    for (const name of Object.keys(value)) characters += name.length;
    return Object.values(value);
  };
  for (let level = contentsOf(variables); level.length > 0; level = level.flatMap(contentsOf)) {
    variableValues += level.length;
    variableDepth++;
    if (variableValues > limits.variableValues || variableDepth > limits.variableDepth) break;
  }
  return { variableValues, variableDepth, characters };
}
