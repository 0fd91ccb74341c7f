import { newId } from "../dist/kernel/ids.js";

const at = (ms) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

/** One namespace with one app and one with a hundred, each app with releases, builds, rollouts and pods. Resolves with the namespaces' ids. */
export async function seedApps(stage) {
  const url = await stage.database("apps");
  // The server creates the tables and the first administrator.
  await (await stage.startServer(url)).stop();
  const small = await seedNamespace(stage, url, "small", 1);
  const large = await seedNamespace(stage, url, "large", 100);
  return { small, large };
}

/** One namespace with this many apps. Resolves with its id. */
export async function seedNamespace(stage, url, namespace, apps) {
  const namespaceId = newId("Namespace");
  const rows = { namespace: [{ id: namespaceId, name: namespace, display_name: namespace, phase: "READY" }] };
  const add = (table, row) => (rows[table] ??= []).push(row);
  const objects = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }];
  for (let i = 0; i < apps; i++) {
    const name = `app-${String(i).padStart(3, "0")}`;
    const [appId, revisionId] = [newId("App"), newId("AppRevision")];
    const deployment = deploymentOf(namespace, name, appId);
    objects.push(deployment);
    add("app", {
      id: appId,
      namespace_id: namespaceId,
      name,
      display_name: name,
      phase: "APPROVED",
      revision_id: revisionId,
      approved_revision_id: revisionId,
      created_by: "ADMIN",
      provided_at: at(i),
      last_build_number: 3,
      last_release_number: 3,
      last_rollout_number: 3,
    });
    add("app_revision", { id: revisionId, app_id: appId, number: 1, spec: spec(), created_by: "ADMIN" });
    for (let number = 1; number <= 3; number++) {
      const [buildId, releaseId] = [newId("Build"), newId("Release")];
      const image = imageOf(namespace, name, number);
      const whole = { app_id: appId, number };
      const over = { started_at: at(number * 1_000), finished_at: at(number * 60_000) };
      add("build", {
        id: buildId,
        ...whole,
        ...over,
        namespace_id: namespaceId,
        revision_id: revisionId,
        ref_kind: "TAG",
        ref_name: `v1.${number}.0`,
        commit: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        image,
        parameters: [],
        phase: "SUCCEEDED",
        requested_by: "ADMIN",
        run_number: number,
        log_complete: true,
      });
      add("release", {
        id: releaseId,
        ...whole,
        build_id: buildId,
        revision_id: revisionId,
        image,
        template_versions: {},
        manifests: [deployment],
      });
      const progress = { wanted: 2, updated: 2, ready: 2, available: 2, old: 0, pods: [] };
      add("rollout", {
        id: newId("Rollout"),
        ...whole,
        ...over,
        namespace_id: namespaceId,
        release_id: releaseId,
        cause: "BUILD",
        phase: "SUCCEEDED",
        progress,
        applied_at: over.started_at,
      });
    }
  }
  await stage.sql(
    url,
    Object.entries(rows)
      .map(([table, list]) => insert(table, list))
      .join(";\n"),
  );
  await stage.upstreams.ask("create", { objects });
  return namespaceId;
}

/** Only these columns; the others keep their defaults. */
function insert(table, list) {
  const columns = Object.keys(list[0]).join(", ");
  const json = JSON.stringify(list).replaceAll("'", "''");
  const admin = "(select id from member limit 1)";
  const rows = `select ${columns} from jsonb_populate_recordset(null::${table}, replace('${json}', '"ADMIN"', to_json(${admin})::text)::jsonb)`;
  return `insert into ${table} (${columns}) ${rows}`;
}

const imageOf = (namespace, name, number) => `registry.sandbox.local/${namespace}/${name}:v1.${number}.0-${number}`;

const spec = () => ({
  language: "NODE",
  repository: { provider: "GITHUB", path: "acme/hello-orrery" },
  buildPath: ".",
  dockerfilePath: "Dockerfile",
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  replicas: 2,
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
  command: [],
  args: [],
  environment: [],
});

/** In the sandbox: containers print nothing by themselves. */
const silent = { "hollow.node/log-interval-ms": "0" };

function deploymentOf(namespace, name, appId) {
  const labels = {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/managed-by": "orrery",
    "orrery.dev/app": appId,
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: { "orrery.dev/app": appId } },
      template: {
        metadata: { labels, annotations: silent },
        spec: { containers: [{ name, image: imageOf(namespace, name, 3) }] },
      },
    },
  };
}
