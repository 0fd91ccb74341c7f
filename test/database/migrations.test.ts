import { expect, test } from "@jest/globals";
import { OpenDatabase } from "../support/open-database.js";

test("the migrations make every column that an entity has, and null where it may be", async () => {
  await using database = await OpenDatabase.open();
  const columns = await database.rows<{ name: string; nullable: boolean; filled: boolean }>(
    `select table_name || '.' || column_name as name, is_nullable = 'YES' as nullable, column_default is not null as filled
     from information_schema.columns where table_schema = 'public'`,
  );
  const made = new Map(columns.map(({ name, nullable }) => [name, nullable]));
  const wanted = [...database.orm.getMetadata().getAll().values()].flatMap(({ tableName, props }) =>
    props.flatMap(({ fieldNames, nullable }) =>
      (fieldNames ?? []).map((field) => ({ name: `${tableName}.${field}`, nullable: nullable === true })),
    ),
  );
  expect(wanted.length).toBeGreaterThan(50);
  expect(wanted.map(({ name }) => ({ name, nullable: made.get(name) }))).toEqual(wanted);
  // And none that nobody would fill in.
  const names = new Set(wanted.map(({ name }) => name));
  const tables = new Set(wanted.map(({ name }) => name.split(".")[0]!));
  const strangers = columns.filter(
    ({ name, nullable, filled }) => !nullable && !filled && tables.has(name.split(".")[0]!) && !names.has(name),
  );
  expect(strangers).toEqual([]);
});
