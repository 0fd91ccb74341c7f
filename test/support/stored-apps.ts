import pg from "pg";
import { noCounts } from "../../src/features/templating/template-rollout/template-rollout.entity.js";
import { newId, type NodeKind } from "../../src/kernel/ids.js";
import { readDatabaseUrl } from "../../src/compose/database.js";

const each = [1, 2, 3, 4, 5, 6];

/** Six of everything that is stored, each app with six of everything that an app has, written past the server. Whose ids are given are those of the first. */
export async function storeApps(databaseUrl: string): Promise<Readonly<Record<NodeKind, string>>> {
  const client = new pg.Client(readDatabaseUrl(databaseUrl));
  await client.connect();
  const first = new Map<NodeKind, string>();
  const id = (kind: NodeKind): string => {
    const made = newId(kind);
    if (!first.has(kind)) first.set(kind, made);
    return made;
  };
  const rows: Record<string, object[]> = {};
  const add = <T extends object>(table: string, row: T): T => {
    (rows[table] ??= []).push(row);
    return row;
  };
  const { rows: admins } = await client.query<{ id: string }>(`select id from member`);
  const admin = admins[0]!.id;
  const deliveries: ((number: number) => void)[] = [];
  for (const i of each) {
    const { id: member } = add("member", { id: id("Member"), email: `m${i}@x.org`, name: `M${i}`, password_hash: "-" });
    const { id: namespace } = add("namespace", { id: id("Namespace"), name: `n${i}`, display_name: `N ${i}` });
    // The administrator too, so that each member has what every other has.
    for (const member_id of [member, admin])
      add("role_grant", { id: id("RoleGrant"), member_id, role: "VIEWER", namespace_id: namespace });
    const app = { id: id("App"), namespace_id: namespace, name: `a${i}`, created_by: member };
    const revisions = each.map((number) =>
      add("app_revision", { id: id("AppRevision"), app_id: app.id, number, spec: spec(), created_by: member }),
    );
    const revision_id = revisions.at(-1)!.id;
    add("app", {
      ...app,
      display_name: app.name,
      revision_id,
      revision_number: each.length,
      approved_revision_id: revision_id,
      phase: "APPROVED",
    });
    deliveries.push((number) => addDelivery(number, app, member, revisions[number - 1]!.id));
    addTemplate(app, member);
    addVariable(i, app, member);
    const told = { journal_entry_id: app.id, journal_position: i };
    add("notification", { id: id("Notification"), member_id: admin, ...told, title: "t", body: "b" });
    add("session", { id: id("Session"), member_id: admin, refresh_hash: app.id, expires_at: "2100-01-01" });
    const about = { namespace_id: namespace, app_id: app.id, subject_id: app.id, data: {} };
    const actor = { actor_kind: "MEMBER", actor_id: member, actor_name: "M" };
    add("journal_entry", { id: id("JournalEntry"), event: "app.created", ...about, ...actor });
  }

  // Turn by turn, so that the newest of the platform are of six apps.
  for (const number of each) for (const deliver of deliveries) deliver(number);

  /** Its newest version is the draft. */
  function addTemplate(app: { id: string; namespace_id: string }, created_by: string): void {
    const versions = each.map((number) => ({ id: id("TemplateVersion"), number, source: "", created_by }));
    const template = add("template", {
      id: id("Template"),
      kind: "kubernetes/service",
      namespace_id: app.namespace_id,
      app_id: app.id,
      published_version_id: versions[0]!.id,
      draft_version_id: versions.at(-1)!.id,
      last_version_number: each.length,
      created_by,
    });
    for (const version of versions) add("template_version", { ...version, template_id: template.id });
    const pinned = { template_id: template.id, template_version_id: versions[0]!.id, kind: template.kind, created_by };
    const published = {
      template_id: template.id,
      template_version_id: versions[0]!.id,
      created_by,
      phase: "SUCCEEDED",
    };
    const about = { stages: [[app.namespace_id]], stage: 2, counts: noCounts, tolerated_failures: 0, at_once: 5 };
    add("publication", { id: id("Publication"), ...published, ...about });
    const of = { publication_id: first.get("Publication")!, app_id: app.id, namespace_id: app.namespace_id };
    add("publication_app", { ...of, stage: 1, phase: "UNCHANGED", wants_release: false });
    const staged = { template_id: template.id, template_version_id: versions[0]!.id, kind: template.kind };
    add("template_stage", { ...staged, namespace_id: app.namespace_id });
    add("template_pin", { id: id("TemplatePin"), ...pinned, namespace_id: app.namespace_id, app_id: app.id });
  }

  /** The first one has a value for each app. */
  function addVariable(i: number, app: { id: string; namespace_id: string }, member: string): void {
    const about = { name: `v${i}`, type: "TEXT", description: "d", allowed: [], created_by: member };
    add("variable", { id: id("Variable"), ...about });
    const of = { variable_id: first.get("Variable")!, namespace_id: app.namespace_id, app_id: app.id };
    add("variable_value", { id: id("VariableValue"), ...of, content: { is: `${i}` }, set_by: member });
  }

  function addDelivery(
    number: number,
    app: { id: string; namespace_id: string },
    member: string,
    revision_id: string,
  ): void {
    const whole = { app_id: app.id, number };
    const people = { submitted_by: member, decided_by: member, decided_at: "2026-01-01" };
    add("review", { id: id("Review"), app_id: app.id, revision_id, decision: "APPROVED", ...people });
    const build = add("build", {
      id: id("Build"),
      ...whole,
      namespace_id: app.namespace_id,
      revision_id,
      ref_kind: "TAG",
      ref_name: `v${number}`,
      image: `image:${number}`,
      parameters: [{ name: "a", value: "b" }],
      phase: "ABORTED",
      requested_by: member,
      abort_requested_by: member,
    });
    const manifests = [{ apiVersion: "v1", kind: "Service", metadata: { name: "s" } }];
    const made = { build_id: build.id, revision_id, image: build.image, template_versions: { a: "1" }, manifests };
    const release = add("release", { id: id("Release"), ...whole, ...made });
    const progress = { wanted: 1, updated: 1, ready: 1, available: 1, old: 0, pods: [] };
    const put = { release_id: release.id, namespace_id: app.namespace_id, cause: "BUILD", requested_by: member };
    const planned = { job: "", job_hunks: [], objects: [], warnings: [], hash: "h", spec: spec() };
    add("plan", {
      id: id("Plan"),
      app_id: app.id,
      namespace_id: app.namespace_id,
      revision_id,
      build_id: build.id,
      release_number: number,
      template_versions: { a: "1" },
      manifests,
      created_by: member,
      ...planned,
    });
    add("rollout", { id: id("Rollout"), ...whole, ...put, phase: "SUCCEEDED", progress });
  }

  for (const table of [
    "member",
    "namespace",
    "role_grant",
    "session",
    "app",
    "app_revision",
    "template",
    "template_version",
    "template_pin",
    "publication",
    "publication_app",
    "template_stage",
    "variable",
    "variable_value",
    "review",
    "build",
    "release",
    "rollout",
    "plan",
    "notification",
    "journal_entry",
  ]) {
    const columns = Object.keys(rows[table]![0]!).join(", ");
    await client.query(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(rows[table])],
    );
  }
  await client.query(`select pg_notify('orrery', 'journal-written:')`);
  await client.end();
  // The library is no table.
  first.set("Dockerfile", newId("Dockerfile"));
  return Object.fromEntries(first) as Record<NodeKind, string>;
}

const spec = (): object => ({
  language: "NODE",
  repository: { provider: "GITHUB", path: "acme/hello-orrery" },
  buildPath: ".",
  dockerfilePath: "Dockerfile",
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  replicas: 1,
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
  command: [],
  args: [],
  environment: [{ name: "A", value: "b" }],
});
