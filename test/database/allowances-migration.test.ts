import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { MikroORM } from "@mikro-orm/postgresql";
import { openDatabase } from "../../src/compose/database.js";
import { emptyDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
let orm: MikroORM;

const rows = <T extends object>(sql: string): Promise<T[]> => orm.em.fork().execute<T[]>(sql);
const insert = (table: string, all: readonly object[]): Promise<unknown> => {
  const columns = Object.keys(all[0]!).join(", ");
  return orm.em
    .fork()
    .execute(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, ?::jsonb)`,
      [JSON.stringify(all)],
    );
};

/** An app with a revision, and what is live of it. */
interface Stored {
  readonly id: string;
  readonly namespace: string;
  readonly host?: string;
  /** What its templates made of it. */
  readonly live?: readonly string[];
  readonly phase?: string;
}

async function store({ id, namespace, host, live, phase = "APPROVED" }: Stored): Promise<void> {
  const revision = `rev-${id}`;
  const [time, by] = ["2026-01-01", { created_by: "ann" }];
  const approved = phase === "APPROVED" ? revision : null;
  const app = { id, namespace_id: namespace, name: id, display_name: id, phase, revision_id: revision };
  const numbers = { revision_number: 1, held_build_number: 0, version: 1, description: "" };
  const counts = { last_build_number: 0, last_release_number: 0, last_rollout_number: 0 };
  const times = { created_at: time, updated_at: time };
  await insert("app", [{ ...app, ...numbers, ...counts, ...times, approved_revision_id: approved, ...by }]);
  const spec = { repository: { provider: "GITHUB", path: `acme/${id}` }, publicHost: host };
  await insert("app_revision", [{ id: revision, app_id: id, number: 1, spec, created_at: time, ...by }]);
  if (!live) return;
  const rules = live.map((each) => ({ host: each }));
  const manifests = [{ kind: "Service" }, { kind: "Ingress", spec: { rules, tls: [{ hosts: live }] } }];
  const release = { id: `rel-${id}`, app_id: id, number: 1, revision_id: revision, image: "i", template_versions: {} };
  await insert("release", [{ ...release, manifests, created_at: time }]);
  const rollout = { id: `rol-${id}`, app_id: id, namespace_id: namespace, release_id: release.id, number: 1 };
  const state = { cause: "BUILD", phase: "SUCCEEDED", progress: {}, applied_at: time, started_at: time, version: 1 };
  await insert("rollout", [{ ...rollout, ...state }]);
}

beforeAll(async () => {
  database = await emptyDatabase();
  const migrationsFolder = join(import.meta.dirname, "../../db/migrations");
  orm = await openDatabase({ url: database.url, poolSize: 4, migrationsFolder });
  const before = (await orm.migrator.getPending()).map(({ name }) => name).filter((name) => name < "0015");
  await orm.migrator.up({ migrations: before });
  const member = { id: "ann", email: "ann@example.com", name: "Ann", password_hash: "-", state: "ACTIVE", version: 1 };
  await insert("member", [{ ...member, failed_logins: 0, created_at: "2026-01-01" }]);
  const namespace = (id: string): object => ({ id, name: id, display_name: id, phase: "READY", auto_roll_back: false });
  const all = ["alpha", "beta", "empty"].map((id) => ({ ...namespace(id), created_at: "2026-01-01", version: 1 }));
  await insert("namespace", all);
});
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

test("what is live before there are rules goes on: its hosts are its apps', and its namespaces may use what they use", async () => {
  // An older draft comes behind what is served, wherever that is.
  await store({ id: "a1", namespace: "alpha", host: "shop.example.com", phase: "DRAFT" });
  await store({
    id: "b2",
    namespace: "beta",
    host: "shop.example.com",
    live: ["shop.example.com", "Brought.example.com"],
  });
  await store({ id: "a3", namespace: "alpha", host: "own.example.com" });
  await store({ id: "a4", namespace: "alpha", host: "retired.example.com", phase: "RETIRED" });
  const warnings = [
    {
      code: "HOST_TAKEN",
      message: "shop.example.com/ is claimed by the Ingress rival in beta already.",
      object: "Ingress/web",
    },
    { code: "NO_IMAGE_YET", message: "There is no image yet.", object: null },
  ];
  const plan = { id: "plan", app_id: "a3", namespace_id: "alpha", release_number: 1, spec: {}, manifests: [], job: "" };
  const made = { template_versions: {}, job_hunks: [], objects: [], warnings, hash: "h", version: 1 };
  await insert("plan", [{ ...plan, ...made, created_by: "ann", created_at: "2026-01-01" }]);
  await orm.migrator.up();
  expect(await rows(`select warnings from plan`)).toEqual([
    {
      warnings: [{ ...warnings[0], message: "shop.example.com/ is claimed by another Ingress already." }, warnings[1]],
    },
  ]);
  expect(await rows(`select host, app_id from host_claim order by host`)).toEqual([
    { host: "brought.example.com", app_id: "b2" },
    { host: "own.example.com", app_id: "a3" },
    { host: "shop.example.com", app_id: "b2" },
  ]);
  expect(await rows(`select id, domains, repositories from namespace order by id`)).toEqual([
    { id: "alpha", domains: ["own.example.com"], repositories: ["acme/a1", "acme/a3"] },
    { id: "beta", domains: ["brought.example.com", "shop.example.com"], repositories: ["acme/b2"] },
    { id: "empty", domains: null, repositories: null },
  ]);
});
