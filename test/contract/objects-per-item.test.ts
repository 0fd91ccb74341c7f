import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sampleViews } from "../../src/rendering/sample-views.js";
import { renderObjects } from "../../src/rendering/render-objects.js";
import type { TemplateKind } from "../../src/rendering/template-kinds.js";
import { compileTemplate } from "../../src/rendering/template.js";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import { labels } from "../../src/upstreams/cluster.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";

const signal = AbortSignal.timeout(60_000);
const { app, namespace } = sampleViews.appView.full;
const owner = { appId: app.id, namespace: namespace.name };
let sandbox: SandboxKubernetes;
let cluster: KubernetesCluster;

beforeEach(async () => {
  sandbox = new SandboxKubernetes({ pace: 0.1 });
  cluster = new KubernetesCluster({ access: { server: await sandbox.listen() } });
  await cluster.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace.name } }], signal);
});
afterEach(() => sandbox.close());

/** A template of this kind that makes an object for each volume of the view. */
function renderer(kind: string, content: string): (...volumes: readonly string[]) => Manifest[] {
  const source = `apiVersion: v1
kind: ${kind}
metadata:
  name: {{volume.name}}
  namespace: {{namespace.name}}
  labels: { ${labels.managedBy}: ${labels.managedByUs}, ${labels.app}: {{app.id}} }
${content}
`;
  const promise = { apiVersion: "v1", kind, optional: false, clusterWide: false };
  const made: Pick<TemplateKind, "promise" | "each"> = { promise, each: { list: "volumes", as: "volume" } };
  const template = compileTemplate({ name: "kubernetes/configmap", language: "YAML", source });
  return (...volumes) => renderObjects(template, made, { app, namespace, volumes: volumes.map((name) => ({ name })) });
}

const namesOf = (objects: readonly { readonly name: string }[]): string[] => objects.map(({ name }) => name).sort();

test("three items make three objects; an item that is removed has its object pruned, and no other", async () => {
  const render = renderer("ConfigMap", "data: { size: {{volume.name}} }");
  await cluster.apply(render("data", "uploads", "cache"), signal);
  expect(await cluster.prune(owner, render("data", "uploads", "cache"), signal)).toEqual([]);
  const removed = await cluster.prune(owner, render("data", "cache"), signal);
  expect(namesOf(removed)).toEqual(["uploads"]);
  expect(sandbox.object("ConfigMap", namespace.name, "data")).toBeDefined();
  expect(sandbox.object("ConfigMap", namespace.name, "uploads")).toBeUndefined();
});

test("a claim on storage outlives the item that it was made for", async () => {
  const render = renderer(
    "PersistentVolumeClaim",
    `spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`,
  );
  await cluster.apply(render("data", "uploads", "cache"), signal);
  expect(await cluster.prune(owner, render("data"), signal)).toEqual([]);
  for (const name of ["data", "uploads", "cache"])
    expect(sandbox.object("PersistentVolumeClaim", namespace.name, name)).toBeDefined();
});
