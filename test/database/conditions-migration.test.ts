import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { MikroORM } from "@mikro-orm/postgresql";
import { openDatabase } from "../../src/compose/database.js";
import { ConditionCode } from "../../src/features/foundation/condition.js";
import { emptyDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
let orm: MikroORM;

const run = <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  orm.em.fork().execute<T[]>(sql, values);
const at = "2026-01-01T00:00:00.000Z";

/** Inserts rows with what a migration test does not care about left to the table's defaults. */
async function insert(table: string, ...all: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  for (const row of all) {
    const columns = Object.keys(row);
    const values = Object.values(row).map((value) =>
      typeof value === "object" && value !== null ? JSON.stringify(value) : value,
    );
    await run(`insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`, values);
  }
}

const unavailable = "Jenkins cannot be reached.";
/** The name of the column of an app, and of the part of a rollout's progress, before the migration. */
const former = "trouble";
const held = "Its releases are suspended since somebody went back.";

beforeAll(async () => {
  database = await emptyDatabase();
  const migrationsFolder = join(import.meta.dirname, "../../db/migrations");
  orm = await openDatabase({ url: database.url, poolSize: 4, migrationsFolder });
  const before = (await orm.migrator.getPending()).map(({ name }) => name).filter((name) => name < "0017");
  await orm.migrator.up({ migrations: before });
  await insert("member", { id: "ann", email: "ann@example.com", name: "Ann", password_hash: "-" });
  const failure = 'The namespace is refused: namespaces "b" is forbidden';
  await insert(
    "namespace",
    { id: "a", name: "a", display_name: "A", phase: "READY", created_at: at },
    { id: "b", name: "b", display_name: "B", phase: "FAILED", failure, created_at: at },
  );
  const app = (id: string, text?: string) => ({
    id,
    namespace_id: "a",
    name: id,
    display_name: id,
    revision_id: `rev-${id}`,
    created_by: "ann",
    updated_at: at,
    [former]: text ?? null,
  });
  await insert(
    "app",
    app("fine"),
    app("unavailable", unavailable),
    app("rightless", "The platform has no rights in the namespace a yet; they come with its RoleBinding."),
    app("broken", "SERVICE:1:2: There is no word."),
    app("hostless", "x.example.com is the host of another app already."),
    app("unallowed", "The namespace a may not use the host x.example.com. It may use none yet."),
    app("refused", "Deployment a/refused: spec is invalid"),
  );
  await insert("app_revision", { id: "rev", app_id: "fine", number: 1, spec: {}, created_by: "ann" });
  const build = (number: number, phase: string, more: object) => ({
    id: `build-${number}`,
    app_id: "fine",
    namespace_id: "a",
    revision_id: "rev",
    number,
    phase,
    ref_kind: "TAG",
    ref_name: "v1",
    image: "i",
    parameters: "[]",
    requested_by: "ann",
    queued_at: at,
    ...more,
  });
  await insert(
    "build",
    build(1, "FAILED", { failure_code: "LOST", failure_message: "Lost.", finished_at: at }),
    build(2, "FAILED", { failure_code: "REFUSED", failure_message: "No.", finished_at: at }),
    build(3, "FAILED", { failure_code: "UNSTABLE", failure_message: "Tests failed.", finished_at: at }),
    build(4, "QUEUED", { waiting_for: "Waiting for next available executor" }),
    build(5, "RUNNING", { waiting_for: unavailable }),
    build(6, "QUEUED", { waiting_for: "The job is being created on the build server." }),
    build(7, "SUCCEEDED", {}),
  );
  const release = { app_id: "fine", revision_id: "rev", image: "i", template_versions: {}, manifests: "[]" };
  await insert("release", { id: "rel", number: 1, ...release });
  const progress = { wanted: 1, updated: 0, ready: 0, available: 0, old: 0, pods: [] };
  const rollout = (number: number, phase: string, condition?: object) => ({
    id: `rollout-${number}`,
    app_id: "fine",
    namespace_id: "a",
    release_id: "rel",
    number,
    phase,
    cause: "BUILD",
    progress: { ...progress, ...(condition && { [former]: condition }) },
  });
  const pull = { code: "IMAGE_PULL", message: "Not there.", since: "2026-01-01T01:00:00.000Z" };
  await insert(
    "rollout",
    rollout(1, "FAILED", { ...pull, pod: "web-1", lastEvent: "Failed: no image" }),
    rollout(2, "FAILED", { ...pull, code: "REFUSED" }),
    rollout(3, "SUPERSEDED", pull),
    rollout(4, "PROGRESSING"),
  );
  await insert("template", { id: "tpl", kind: "SERVICE", created_by: "ann" });
  await insert("template_version", { id: "ver", template_id: "tpl", number: 1, source: "", created_by: "ann" });
  const publication = { template_id: "tpl", template_version_id: "ver", stages: "[]", counts: {}, created_by: "ann" };
  const reason = "a/fine: Rollout 1 failed.";
  const limits = { tolerated_failures: 0, at_once: 1, created_at: at };
  await insert("publication", { id: "pub", phase: "STOPPED", reason, ...publication, ...limits });
  const of = { publication_id: "pub", namespace_id: "a", stage: 1 };
  await insert(
    "publication_app",
    { ...of, app_id: "fine", phase: "FAILED", problem: "Rollout 1 failed." },
    { ...of, app_id: "broken", phase: "FAILED", problem: "SERVICE:1:2: There is no word." },
    { ...of, app_id: "refused", phase: "SKIPPED", problem: held },
    { ...of, app_id: "hostless", phase: "WAITING" },
  );
  const object = { action: "UPDATE", kind: "Service", name: "web", fields: [], uid: null, mark: "m" };
  const objects = JSON.stringify([
    { ...object, refusal: null },
    { ...object, refusal: "no" },
    { ...object, refusal: "fixed. It holds data, and is never replaced: make another one." },
  ]);
  await insert("plan", {
    id: "plan",
    app_id: "fine",
    namespace_id: "a",
    release_number: 1,
    spec: {},
    manifests: "[]",
    job: "",
    template_versions: {},
    job_hunks: "[]",
    objects,
    warnings: "[]",
    hash: "h",
    created_by: "ann",
  });
  await orm.migrator.up();
});
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

/** The conditions of a table, by the key of their rows. */
async function conditions(table: string, key = "id"): Promise<Record<string, unknown>> {
  const rows = await run<{ key: string; condition: unknown }>(`select ${key} as key, condition from ${table}`);
  return Object.fromEntries(rows.map((row) => [row.key, row.condition]));
}

test("texts of before become conditions, with the code that they can tell", async () => {
  expect(await conditions("app")).toMatchObject({
    fine: null,
    unavailable: { code: "UPSTREAM_UNAVAILABLE", message: unavailable, since: at },
    rightless: { code: "WAITING_FOR_NAMESPACE" },
    broken: { code: "TEMPLATE_INVALID" },
    hostless: { code: "HOST_REFUSED" },
    unallowed: { code: "HOST_REFUSED" },
    refused: { code: "UPSTREAM_REJECTED", message: "Deployment a/refused: spec is invalid" },
  });
  expect(await conditions("namespace")).toMatchObject({ a: null, b: { code: "UPSTREAM_REJECTED", since: at } });
  expect(await conditions("build")).toEqual({
    "build-1": { code: "RUN_LOST", message: "Lost.", since: at },
    "build-2": { code: "UPSTREAM_REJECTED", message: "No.", since: at },
    "build-3": { code: "UNSTABLE", message: "Tests failed.", since: at },
    "build-4": { code: "BUILD_QUEUED", message: "Waiting for next available executor", since: at },
    "build-5": { code: "UPSTREAM_UNAVAILABLE", message: unavailable, since: at },
    "build-6": { code: "WAITING_FOR_JOB", message: "The job is being created on the build server.", since: at },
    "build-7": null,
  });
  const since = "2026-01-01T01:00:00.000Z";
  expect(await conditions("rollout")).toEqual({
    "rollout-1": {
      code: "IMAGE_PULL",
      message: "Not there.",
      since,
      evidence: { pod: "web-1", event: "Failed: no image" },
    },
    "rollout-2": { code: "UPSTREAM_REJECTED", message: "Not there.", since },
    "rollout-3": null,
    "rollout-4": null,
  });
  expect(await run("select id from rollout where jsonb_exists(progress, 'trouble')")).toEqual([]);
  expect(await conditions("publication")).toMatchObject({ pub: { code: "TOO_MANY_FAILURES", since: at } });
  expect(await conditions("publication_app", "app_id")).toMatchObject({
    fine: { code: "ROLLOUT_FAILED", message: "Rollout 1 failed." },
    broken: { code: "TEMPLATE_INVALID" },
    refused: { code: "RELEASES_SUSPENDED", message: held },
    hostless: null,
  });
  const [plan] = await run<{ objects: readonly { readonly condition: unknown }[] }>("select objects from plan");
  expect(plan!.objects.map(({ condition }) => condition)).toEqual([
    null,
    { code: "UPSTREAM_REJECTED", message: "no" },
    { code: "OBJECT_IMMUTABLE", message: expect.stringContaining("holds data") },
  ]);
  expect(plan!.objects[0]).not.toHaveProperty("refusal");
});

test("every code is one of the registry", async () => {
  const tables = ["app", "namespace", "build", "rollout", "publication", "publication_app"];
  const all = tables.map((table) => `select condition ->> 'code' as code from ${table} where condition is not null`);
  const rows = await run<{ code: string }>(all.join(" union "));
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter(({ code }) => !Object.hasOwn(ConditionCode, code))).toEqual([]);
});

test.each([{}, { code: "QUOTA" }, { code: "QUOTA", message: "No room." }, null])(
  "a condition without code, message and since is refused: %j",
  async (condition) => {
    const write = run("update app set condition = ?::jsonb where id = 'fine'", [JSON.stringify(condition)]);
    await expect(write).rejects.toThrow(/app_condition_check/);
  },
);
