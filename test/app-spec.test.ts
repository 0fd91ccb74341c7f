import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSchema, getNamedType, isInputObjectType, isObjectType, type GraphQLNamedType } from "graphql";
import { z } from "zod";
import { appSpecSchema } from "../src/features/delivery/app/app-spec.js";

const schema = buildSchema(readFileSync(join(import.meta.dirname, "../schema/schema.graphql"), "utf8"));

/** The fields of a type with those of what lies in them: `resources.limits.cpu`. */
function fieldsOf(type: GraphQLNamedType | undefined, path = ""): string[] {
  if (!isObjectType(type) && !isInputObjectType(type)) return [];
  return Object.values<{ name: string; type: Parameters<typeof getNamedType>[0] }>(type.getFields()).flatMap(
    ({ name, type: of }) => [`${path}${name}`, ...fieldsOf(getNamedType(of), `${path}${name}.`)],
  );
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

const propertiesOf = ({ properties = {}, items, anyOf = [] }: JsonSchema, path = ""): string[] => [
  ...Object.entries(properties).flatMap(([name, of]) => [`${path}${name}`, ...propertiesOf(of, `${path}${name}.`)]),
  ...(items ? propertiesOf(items, path) : []),
  ...anyOf.flatMap((of) => propertiesOf(of, path)),
];

const checked = propertiesOf(z.toJSONSchema(appSpecSchema, { io: "input", unrepresentable: "any" }) as JsonSchema);

test.each(["AppSpec", "AppSpecInput"])("%s publishes the fields that the app's spec has, and no other", (name) => {
  expect(fieldsOf(schema.getType(name)).toSorted()).toEqual(checked.toSorted());
});
