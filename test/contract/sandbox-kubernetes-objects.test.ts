import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { eventually } from "../support/eventually.js";
import {
  apply,
  apps,
  close,
  core,
  deployment,
  kube,
  namespace,
  newNamespace,
  noWatchIsOpen,
  open,
  read,
  refusal,
  sandbox,
  url,
} from "../support/sandbox-kubernetes.js";

beforeAll(open);
afterAll(close);
afterEach(noWatchIsOpen);

test("applying again what is there changes nothing", async () => {
  await newNamespace();
  await apply(deployment("web", "shop/web:1.0"));
  await eventually(async () => expect((await read("web")).status?.availableReplicas).toBe(3));
  const before = await read("web");
  await apply(deployment("web", "shop/web:1.0"));
  expect((await read("web")).metadata).toEqual(before.metadata);
});

test("another manager's field is a conflict unless forced, and what a manager no longer applies goes", async () => {
  await newNamespace();
  const env = {
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
  };
  await apply(deployment("web", "shop/web:1.0", {}, env));
  const status = await refusal(apply(deployment("web", "shop/web:2.0"), "intruder"));
  expect(status).toMatchObject({
    code: 409,
    reason: "Conflict",
    details: {
      causes: [
        {
          reason: "FieldManagerConflict",
          message: 'conflict with "orrery"',
          field: '.spec.template.spec.containers[name="main"].image',
        },
      ],
    },
  });
  await apply(deployment("web", "shop/web:2.0"), "intruder", true);
  await apply(deployment("web", "shop/web:2.0", {}, { env: [{ name: "A", value: "1" }] }));
  const { spec } = await read("web");
  expect(spec?.template.spec?.containers).toMatchObject([{ image: "shop/web:2.0", env: [{ name: "A", value: "1" }] }]);
  expect(spec?.template.spec?.containers[0]?.env).toHaveLength(1);
});

test("what someone else set by an update is theirs, and stays", async () => {
  await newNamespace();
  const { replicas: _, ...spec } = deployment("web", "shop/web:1.0").spec;
  await apply({ ...deployment("web", "shop/web:1.0"), spec });
  await apps.patchNamespacedDeploymentScale(
    { name: "web", namespace, body: { spec: { replicas: 2 } }, fieldManager: "autoscaler" },
    kube.setHeaderOptions("Content-Type", kube.PatchStrategy.MergePatch),
  );
  await apply({
    ...deployment("web", "shop/web:1.1"),
    spec: { ...spec, template: deployment("web", "shop/web:1.1").spec.template },
  });
  expect((await read("web")).spec?.replicas).toBe(2);
  expect((await refusal(apply(deployment("web", "shop/web:1.1")))).message).toMatch(
    /^Apply failed with 1 conflict: conflict with "autoscaler" with subresource "scale" using apps\/v1: \.spec\.replicas$/,
  );
});

test("a dry run answers with the object and stores nothing", async () => {
  await newNamespace();
  const shown = (await apply(deployment("web", "shop/web:1.0"), "orrery", false, "All")) as V1Deployment;
  expect(shown.spec?.revisionHistoryLimit).toBe(10);
  expect(await refusal(read("web"))).toMatchObject({
    code: 404,
    reason: "NotFound",
    message: 'deployments.apps "web" not found',
    details: { name: "web", group: "apps", kind: "deployments" },
  });
});

test("a map that was applied empty keeps what is applied into it", async () => {
  await newNamespace();
  const wanted = (securityContext: object) => deployment("web", "shop/web:1.0", {}, { securityContext });
  await apply(wanted({}));
  await apply(wanted({ runAsUser: 7 }));
  expect((await read("web")).spec?.template.spec?.containers[0]?.securityContext).toEqual({ runAsUser: 7 });
});

test.each<[string, () => KubernetesObject, string]>([
  ["a bad name", () => deployment("web_1", "x"), "metadata.name"],
  [
    "no containers",
    () => ({
      ...deployment("web", "x"),
      spec: {
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [] } },
      },
    }),
    "spec.template.spec.containers",
  ],
  [
    "a selector that misses its pods",
    () => deployment("web", "x", { selector: { matchLabels: { app: "other" } } }),
    "spec.template.metadata.labels",
  ],
  [
    "a pull secret that is no JSON",
    () => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "pull", namespace },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": "eA==" },
    }),
    "data[.dockerconfigjson]",
  ],
])("%s is invalid", async (_what, object, field) => {
  await newNamespace();
  const status = await refusal(apply(object()));
  expect(status).toMatchObject({ code: 422, reason: "Invalid", status: "Failure" });
  expect(status.details?.causes?.map((cause) => cause.field)).toContain(field);
});

test("an outdated update is a conflict", async () => {
  await newNamespace();
  const body = await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: "settings" }, data: { a: "1" } },
  });
  await core.replaceNamespacedConfigMap({
    name: "settings",
    namespace,
    body: { metadata: body.metadata!, data: { a: "2" } },
  });
  expect(await refusal(core.replaceNamespacedConfigMap({ name: "settings", namespace, body }))).toMatchObject({
    code: 409,
    reason: "Conflict",
  });
});

test("deleting a namespace takes everything in it away, and lets nothing new in", async () => {
  await newNamespace();
  await apply(deployment("web", "shop/web:1.0"));
  await eventually(async () => expect((await read("web")).status?.availableReplicas).toBe(3));
  await core.deleteNamespace({ name: namespace });
  expect(
    await refusal(core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "late" } } })),
  ).toMatchObject({ code: 403, reason: "Forbidden", details: { causes: [{ reason: "NamespaceTerminating" }] } });
  await eventually(async () => expect((await refusal(core.readNamespace({ name: namespace }))).code).toBe(404));
  for (const kind of ["Pod", "ReplicaSet", "Deployment", "ServiceAccount", "Event"])
    expect(sandbox.objects(kind, namespace)).toEqual([]);
});

test("without the token nothing is told", async () => {
  const response = await fetch(`${url}/api/v1/pods`);
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ kind: "Status", reason: "Unauthorized", code: 401 });
});
