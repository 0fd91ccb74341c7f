import "reflect-metadata";
import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { publicSchema } from "../../src/compose/public-schema.js";
import { fieldArguments, fieldRows } from "./rights-rows.js";
import type { Fixture } from "./rights-tenant.js";

type Field = GraphQLField<unknown, unknown>;
const roots = ["Query", "Mutation", "Subscription"] as const;
type Root = (typeof roots)[number];

const fieldsOf = (type: GraphQLObjectType): Field[] => Object.values(type.getFields());
const isNode = (type: GraphQLObjectType): boolean => type.getInterfaces().some(({ name }) => name === "Node");

/** The requests of the matrix. Selections are generated from the schema, so a new field is selected as soon as it exists. */
export class RightsDocuments {
  private constructor(private readonly schema: GraphQLSchema) {}

  static async read(): Promise<RightsDocuments> {
    return new RightsDocuments(await publicSchema());
  }

  rootFields(root: Root): Field[] {
    return fieldsOf(this.object(root));
  }

  /** The description of a root field; nothing for another name. */
  descriptionOf(rootField: string): string {
    const field = roots.flatMap((root) => this.rootFields(root)).find(({ name }) => name === rootField);
    return field?.description ?? "";
  }

  /** All object types but the roots. */
  get objectTypes(): GraphQLObjectType[] {
    const types = Object.values(this.schema.getTypeMap()).filter(isObjectType);
    return types.filter(({ name }) => !name.startsWith("__") && !roots.some((root) => root === name));
  }

  get nodeTypes(): GraphQLObjectType[] {
    return this.objectTypes.filter(isNode);
  }

  /** A query or subscription that selects everything below the root field, down to the own fields of the next nodes. */
  operation(root: "Query" | "Subscription", field: string, args: string, fixture: Fixture): string {
    const type = getNamedType(this.object(root).getFields()[field]!.type);
    const selection = isObjectType(type) ? this.selection(type) : isAbstractType(type) ? "{ __typename id }" : "";
    return fillIn(`${root.toLowerCase()} { ${field}${args} ${selection} }`, fixture);
  }

  /** A query of a node with all its fields, except those with a row of their own. */
  node(type: string, id: string, fixture: Fixture): string {
    return fillIn(nodeQuery(type, id, this.selection(this.object(type))), fixture);
  }

  /** A query of one field of a node. */
  nodeField(type: string, field: string, id: string, fixture: Fixture): string {
    const object = this.object(type);
    return fillIn(nodeQuery(type, id, `{ ${this.selected(object, object.getFields()[field]!, [])} }`), fixture);
  }

  mutation(field: string, input: string, fixture: Fixture): string {
    return fillIn(`mutation { ${field}(input: ${input}) { cursor } }`, fixture);
  }

  private object(name: string): GraphQLObjectType {
    const type = this.schema.getType(name);
    if (!isObjectType(type)) throw new Error(`The schema has no object type ${name}.`);
    return type;
  }

  private selection(type: GraphQLObjectType, parents: readonly string[] = []): string {
    const path = [...parents, type.name];
    // A node inside has its own row in the matrix: here only its scalars are read.
    const isInnerNode = parents.length > 0 && isNode(type);
    const isSelected = (field: Field): boolean => {
      const named = getNamedType(field.type);
      if (`${type.name}.${field.name}` in fieldRows) return false;
      return isLeafType(named) || !(isInnerNode || path.includes(named.name));
    };
    const fields = fieldsOf(type).filter(isSelected);
    return `{ __typename ${fields.map((field) => this.selected(type, field, path)).join(" ")} }`;
  }

  private selected(type: GraphQLObjectType, field: Field, parents: readonly string[]): string {
    const named = getNamedType(field.type);
    const page = field.args.some(({ name }) => name === "first") ? "(first: 5)" : "";
    const args = fieldArguments[`${type.name}.${field.name}`] ?? page;
    if (args === "" && field.args.some(isRequiredArgument))
      throw new Error(`Add arguments for ${type.name}.${field.name} to fieldArguments in rights-rows.ts.`);
    return `${field.name}${args} ${isObjectType(named) ? this.selection(named, parents) : ""}`;
  }
}

const nodeQuery = (type: string, id: string, selection: string): string =>
  `{ node(id: ${JSON.stringify(id)}) { __typename ... on ${type} ${selection} } }`;

/** The text with each `$name` replaced by the fixture's value, as a GraphQL string. */
const fillIn = (text: string, fixture: Fixture): string =>
  text.replaceAll(/\$(\w+)/g, (_all, name: string) => JSON.stringify(valueOf(fixture, name)));

/** The text with each `$name` replaced by the fixture's value. */
export const fillInPath = (text: string, fixture: Fixture): string =>
  text.replaceAll(/\$(\w+)/g, (_all, name: string) => valueOf(fixture, name));

function valueOf(fixture: Fixture, name: string): string {
  const value = fixture[name];
  if (value === undefined) throw new Error(`The fixture has no $${name}.`);
  return value;
}

/** The name of the field in the key of a row: `"app (by name)"` is a row of `app`. */
export const fieldOf = (row: string): string => row.replace(/ \(.*\)$/, "");
