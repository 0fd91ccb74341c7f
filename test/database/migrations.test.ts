import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { appSpecSchema } from "../../src/features/delivery/app/app-spec.js";
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
  const unfilled = columns.filter(
    ({ name, nullable, filled }) => !nullable && !filled && tables.has(name.split(".")[0]!) && !names.has(name),
  );
  expect(unfilled).toEqual([]);
});

test("apps that ran before privileges were asked for keep theirs, and what was never approved has none", async () => {
  await using database = await OpenDatabase.open();
  const migration = readFileSync(join(import.meta.dirname, "../../db/migrations/0016-privileges.sql"), "utf8");
  const spec = { language: "GO", repository: { provider: "GITHUB", path: "acme/web" } };
  const approved = ["app_old", "rev_old"];
  const draft = ["app_new", "rev_new"];
  await database.rows("alter table namespace drop column pod_security, drop column is_isolated");
  await database.rows("insert into member (id, email, name, password_hash) values ('mbr_a', 'a@x.org', 'A', '-')");
  await database.rows("insert into namespace (id, name, display_name) values ('nsp_a', 'a', 'A')");
  for (const [app, revision] of [approved, draft] as [string, string][]) {
    await database.rows(
      `insert into app (id, namespace_id, name, display_name, revision_id, approved_revision_id, created_by)
       values (?, 'nsp_a', ?, ?, ?, ?, 'mbr_a')`,
      [app, app, app, revision, app === "app_old" ? revision : null],
    );
    await database.rows(
      "insert into app_revision (id, app_id, number, spec, created_by) values (?, ?, 1, ?, 'mbr_a')",
      [revision, app, JSON.stringify(spec)],
    );
  }
  await database.fork().getConnection().executeDump(migration);
  const rows = await database.rows<{ id: string; spec: object }>("select id, spec from app_revision order by id");
  const [unapproved, running] = rows.map((row) => appSpecSchema.parse(row.spec));
  expect(running!.security).toMatchObject({
    runAsRoot: true,
    capabilities: expect.arrayContaining(["CHOWN", "SETUID"]),
  });
  expect(unapproved!.security).toBeUndefined();
  const [namespace] = await database.rows("select pod_security, is_isolated from namespace");
  expect(namespace).toEqual({ pod_security: null, is_isolated: false });
});
