import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { acceptTemplate, viewSchema } from "./accept-template.js";
import { RenderingError } from "./rendering-error.js";
import { sampleViews } from "./sample-views.js";
import { templateKinds, type TemplateName } from "./template-kinds.js";
import { views } from "./views.js";
import type { ViewShape } from "./field-check.js";

const seed = (file: string): string => readFileSync(join(import.meta.dirname, "../../templates", file), "utf8");
const deployment = seed("kubernetes/deployment.yaml.hbs");

function problemOf(name: TemplateName, source: string): string {
  try {
    acceptTemplate(name, source);
  } catch (error) {
    if (error instanceof RenderingError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("a template that an administrator saves", () => {
  test.each<[string, TemplateName, string, string]>([
    [
      "a word that is nearly one",
      "kubernetes/configmap",
      "a: {{app.nmae}}",
      `kubernetes/configmap:1:6: There is no field "nmae" in "app"; did you mean "name"?`,
    ],
    [
      "a word that is none",
      "kubernetes/namespace",
      "\n{{#if quota}}{{/if}}",
      `kubernetes/namespace:2:7: There is no field "quota"; there are namespace`,
    ],
    [
      "a word of another kind of template",
      "jenkins/node",
      "A={{buildCommand}}\n",
      `There is no field "buildCommand"; there are namespace, app,`,
    ],
    ["a word of a loop", "kubernetes/service", "{{#each ports}}\n- {{prot}}\n{{/each}}", `did you mean "port"?`],
    ["a prototype's word", "jenkins/job", "<a>{{app.constructor}}</a>", `There is no field "constructor" in "app"`],
    [
      "a list that is not gone through",
      "kubernetes/service",
      "a: {{ports.name}}",
      `"ports" is a list: go through it with {{#each}}`,
    ],
    ["a loop over one value", "kubernetes/service", "{{#each image}}\n- {{name}}\n{{/each}}", `"image" is no list`],
    [
      "a word inside of one value",
      "kubernetes/service",
      "a: {{image.tag}}",
      `"image" is one value and holds no "tag".`,
    ],
    ["another kind of object", "kubernetes/service", deployment, "kubernetes/service:1:1: Must render v1 Service"],
    ["YAML that is none", "kubernetes/service", "a: [\n{{image}}", "kubernetes/service:"],
    [
      "an option that not every app has",
      "kubernetes/deployment",
      deployment.replace("image: {{image}}", "image: {{publicHost}}"),
      `kubernetes/deployment:52:18: "publicHost" is null here; guard it with {{#if publicHost}}.`,
    ],
    [
      "an object in another namespace",
      "kubernetes/deployment",
      deployment.replace("namespace: {{namespace.name}}", "namespace: kube-system"),
      "metadata.namespace must be {{namespace.name}}",
    ],
    [
      "an object without its owner's label",
      "kubernetes/deployment",
      deployment.replace("    orrery.dev/app: {{app.id}}\n", ""),
      "metadata.labels must have orrery.dev/app: {{app.id}}.",
    ],
    [
      "pods without their owner's label",
      "kubernetes/deployment",
      deployment.replace("        orrery.dev/app: {{app.id}}\n{{#if release}}", "{{#if release}}"),
      "spec.template.metadata.labels must have orrery.dev/app: {{app.id}}.",
    ],
    [
      "a kind that gives rights",
      "kubernetes/service",
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: {{app.name}} }\n",
      "The platform makes no ClusterRole: no template gives rights, or changes what the cluster is.",
    ],
    [
      "a namespace for what lies in none",
      "kubernetes/storage-class",
      seed("kubernetes/storage-class.yaml.hbs").replace("metadata:\n", "metadata:\n  namespace: shop\n"),
      "A StorageClass lies in no namespace: leave metadata.namespace out.",
    ],
    [
      "runs whose pods are nobody's",
      "kubernetes/cron-job",
      seed("kubernetes/cron-job.yaml.hbs").replace(
        /(          labels:[^]*?)\n            orrery.dev\/app: \{\{app.id\}\}/,
        "$1",
      ),
      "spec.jobTemplate.spec.template.metadata.labels must have orrery.dev/app: {{app.id}}.",
    ],
    ["XML that is not closed", "jenkins/job", "<project>{{app.name}}", "jenkins/job:"],
  ])("is refused with its place: %s", (_what, name, source, problem) => {
    expect(problemOf(name, source)).toContain(problem);
  });

  test("may change what the object holds", () => {
    expect(problemOf("kubernetes/deployment", deployment.replace("maxSurge: 25%", "maxSurge: 1"))).toBe("accepted");
  });
});

describe("what reaches the node that pods run on", () => {
  const pod = (name: TemplateName, words: string): string => {
    const source = seed(`${name}.yaml.hbs`);
    const [line, indent] = /^( *)terminationGracePeriodSeconds: .*\n/m.exec(source)!;
    return source.replace(line, `${line}${words.replace(/^(?=.)/gm, indent!)}\n`);
  };
  const cases: [string, TemplateName, string, string][] = [
    [
      "the network",
      "kubernetes/deployment",
      pod("kubernetes/deployment", "hostNetwork: true"),
      "spec.template.spec.hostNetwork",
    ],
    ["processes", "kubernetes/job", pod("kubernetes/job", "hostPID: true"), "spec.template.spec.hostPID"],
    [
      "shared memory",
      "kubernetes/stateful-set",
      pod("kubernetes/stateful-set", "hostIPC: true"),
      "spec.template.spec.hostIPC",
    ],
    [
      "files",
      "kubernetes/cron-job",
      pod("kubernetes/cron-job", "volumes:\n  - { name: a, emptyDir: {} }\n  - { name: b, hostPath: { path: / } }"),
      "spec.jobTemplate.spec.template.spec.volumes[1].hostPath",
    ],
    [
      "everything",
      "kubernetes/deployment",
      pod("kubernetes/deployment", "initContainers:\n  - { name: a, image: b, securityContext: { privileged: true } }"),
      "spec.template.spec.initContainers[0].securityContext.privileged",
    ],
    [
      "a port",
      "kubernetes/proxy-container",
      "name: a\nimage: b\nports: [{ containerPort: 1, hostPort: 1 }]\n",
      "ports[0].hostPort",
    ],
  ];

  test.each(cases)("is refused by its path: %s", (_what, name, source, path) => {
    expect(problemOf(name, source)).toContain(
      `${path} reaches the node that pods run on. Leave it out, or let the operator set TEMPLATES_HOST_ACCESS=true.`,
    );
  });

  test.each(cases)("and is the operator's to allow: %s", (_what, name, source) => {
    expect(() => acceptTemplate(name, source, [], { hostAccess: true })).not.toThrow();
  });
});

test("sample views are what templates really see", () => {
  for (const [name, view] of Object.entries(views))
    for (const sample of Object.values(sampleViews[name as keyof typeof views]))
      expect(view.parse(sample)).toEqual(sample);
});

test("every word of every view is described", () => {
  const undescribed: string[] = [];
  const look = (shape: ViewShape & { description?: string }, path: string): void => {
    if (path !== "" && !path.endsWith("[]") && shape.description === undefined) undescribed.push(path);
    for (const [word, inner] of Object.entries(shape.properties ?? {})) look(inner, `${path}.${word}`);
    if (shape.items) look(shape.items, `${path}[]`);
    for (const each of shape.anyOf ?? []) if (each.properties) look({ ...each, description: "" }, path);
  };
  for (const name of Object.keys(templateKinds) as TemplateName[]) look(viewSchema(name), "");
  expect(undescribed).toEqual([]);
});
