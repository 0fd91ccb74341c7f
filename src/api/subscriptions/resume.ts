import { Kind, visit, type DocumentNode, type FieldNode } from "graphql";
import { canonicalJson } from "../../kernel/canonical-json.js";
import type { KnownOperation } from "../documents/known-operation.js";

/** The argument by which every subscription goes on. */
const resumeArgument = "after";

const rootField = ({ node }: KnownOperation): FieldNode | undefined =>
  node.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);

/** The operation's document with this cursor as `after`, whatever it said before. */
export function resumedAt(operation: KnownOperation, cursor: string): DocumentNode {
  const field = rootField(operation);
  if (!field) return operation.document;
  const resumed: FieldNode = {
    ...field,
    arguments: [
      ...(field.arguments ?? []).filter(({ name }) => name.value !== resumeArgument),
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: resumeArgument },
        value: { kind: Kind.STRING, value: cursor },
      },
    ],
  };
  const node = { ...operation.node, selectionSet: { ...operation.node.selectionSet, selections: [resumed] } };
  return {
    ...operation.document,
    definitions: operation.document.definitions.map((each) => (each === operation.node ? node : each)),
  };
}

/**
 * The same text for the same variables, however their keys are ordered. The variable that only says where to go on is
 * left out: what an event shows does not depend on it.
 */
export function variablesKey(operation: KnownOperation, variables: Readonly<Record<string, unknown>>): string {
  const { [resumeVariable(operation) ?? ""]: _after, ...rest } = variables;
  return canonicalJson(rest);
}

const resumeVariables = new WeakMap<KnownOperation, { readonly name: string | undefined }>();

/** The variable that the operation gives as `after`, and nowhere else. */
function resumeVariable(operation: KnownOperation): string | undefined {
  const known = resumeVariables.get(operation);
  if (known) return known.name;
  const given = rootField(operation)?.arguments?.find(({ name }) => name.value === resumeArgument)?.value;
  let name = given?.kind === Kind.VARIABLE ? given.name.value : undefined;
  let uses = 0;
  visit(operation.document, {
    VariableDefinition: () => false,
    Variable: (variable) => void (variable.name.value === name && uses++),
  });
  if (uses !== 1) name = undefined;
  resumeVariables.set(operation, { name });
  return name;
}
