import {
  Kind,
  Lexer,
  Source,
  TokenKind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from "graphql";

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** What can be seen of a text before it is parsed, which goes as deep as its brackets. */
export function textSize(text: string): { tokens: number; nesting: number; lines: number } {
  const lexer = new Lexer(new Source(text));
  let [tokens, open, nesting] = [0, 0, 0];
  try {
    for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
      tokens++;
      if (opening.has(kind)) nesting = Math.max(nesting, ++open);
      else if (closing.has(kind)) open--;
    }
  } catch {
    // The parser reports the invalid token, and stops there too.
  }
  return { tokens, nesting, lines: lexer.line };
}

/** What is written in a document, each thing once. */
export function sourceSize(document: DocumentNode): {
  operations: number;
  fragments: number;
  aliases: number;
  directives: number;
  variables: number;
} {
  const size = { operations: 0, fragments: 0, aliases: 0, directives: 0, variables: 0 };
  visit(document, {
    OperationDefinition: () => void size.operations++,
    FragmentDefinition: () => void size.fragments++,
    Field: ({ alias }) => void (alias && size.aliases++),
    Directive: () => void size.directives++,
    VariableDefinition: () => void size.variables++,
  });
  return size;
}

/** How far a selection goes. */
interface Extent {
  readonly depth: number;
  readonly fields: number;
  /** Lists inside each other, where it is about the schema itself. */
  readonly schemaLists: number;
}

const nothing: Extent = { depth: 0, fields: 0, schemaLists: 0 };
const schemaLists: ReadonlySet<string> = new Set(["fields", "interfaces", "possibleTypes", "inputFields"]);

/**
 * What a document asks for, its fragments followed. Each selection is looked at once, so that fragments that use each
 * other twice, and would be 2^n fields when written out, are measured as quickly as others; circles end where they close.
 */
export function expandedSize(document: DocumentNode): {
  depth: number;
  fields: number;
  rootFields: number;
  repeats: number;
  introspectionDepth: number;
} {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const extents = new Map<string, Extent>();
  const size = { depth: 0, fields: 0, rootFields: 0, repeats: 0, introspectionDepth: 0 };

  const extentOfFragment = (name: string): Extent => {
    const known = extents.get(name);
    if (known) return known;
    extents.set(name, nothing);
    const fragment = fragments.get(name);
    const extent = fragment ? extentOf(fragment.selectionSet) : nothing;
    extents.set(name, extent);
    return extent;
  };

  const extentOf = (set: SelectionSetNode): Extent => {
    let [depth, fields, lists] = [0, 0, 0];
    size.repeats = Math.max(size.repeats, ...namesIn(set, fragments).values());
    for (const selection of set.selections) {
      const isField = selection.kind === Kind.FIELD;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? extentOfFragment(selection.name.value)
          : selection.selectionSet
            ? extentOf(selection.selectionSet)
            : nothing;
      const isList = isField && schemaLists.has(selection.name.value);
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
      fields = Math.min(fields + inner.fields + (isField ? 1 : 0), Number.MAX_SAFE_INTEGER);
      lists = Math.max(lists, inner.schemaLists + (isList ? 1 : 0));
      if (isField && (selection.name.value === "__schema" || selection.name.value === "__type"))
        size.introspectionDepth = Math.max(size.introspectionDepth, inner.schemaLists);
    }
    return { depth, fields, schemaLists: lists };
  };

  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) extentOf(definition.selectionSet);
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, fields } = extentOf(definition.selectionSet);
    size.depth = Math.max(size.depth, depth);
    size.fields = Math.max(size.fields, fields);
    size.rootFields = Math.max(size.rootFields, namesIn(definition.selectionSet, fragments).size);
  }
  return size;
}

/** How often a selection names each field of the answer, a fragment counted once, as executors do. */
function namesIn(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  const seen = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        names.set(name, (names.get(name) ?? 0) + 1);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(set);
  return names;
}
