import {
  coerceInputValue,
  isNonNullType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { InvalidInput, type FieldProblem } from "../../kernel/errors.js";
import type { GraphQLRequest } from "./graphql-request.js";

/** graphql-js takes 20 µs and more for each wrong value: this many are looked for. */
const mostProblems = 100;

/** Tells what is wrong with the variables of an operation; undefined when they fit. */
export type VariablesCheck = (
  variables: GraphQLRequest["variables"],
  /** Whether errors suggest similar names. To find those takes longer the longer the names are. */
  options: { readonly suggests: boolean },
) => InvalidInput | undefined;

/**
 * The check of an operation's variables. graphql-js has the same (`getVariableValues`), but quotes the whole variable for
 * each wrong value in it, which makes gigabytes of one megabyte.
 */
export function variablesCheck(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): VariablesCheck {
  const declared = variableDefinitions.map(({ variable, type, defaultValue }) => {
    const inputType = typeFromAST(schema, type) as GraphQLInputType;
    return { name: variable.name.value, inputType, isRequired: isNonNullType(inputType) && !defaultValue };
  });
  return (variables, { suggests }) => {
    const problems: FieldProblem[] = [];
    const note = (path: string, message: string): void => {
      if (problems.push({ path, message }) === mostProblems) throw new InvalidInput(problems, false);
    };
    try {
      for (const { name, inputType, isRequired } of declared) {
        const value = Object.hasOwn(variables ?? {}, name) ? variables![name] : undefined;
        if (value !== undefined)
          coerceInputValue(value, inputType, (path, _, { message }) => note(name + spelled(path), message), !suggests);
        else if (isRequired) note(name, `A value of the type ${inputType.toString()} is required.`);
      }
    } catch (error) {
      if (error instanceof InvalidInput) return error;
      throw error;
    }
    return problems.length > 0 ? new InvalidInput(problems) : undefined;
  };
}

const spelled = (path: readonly (string | number)[]): string =>
  path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
