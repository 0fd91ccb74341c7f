import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { acceptTemplate, viewSchema } from "./accept-template.js";
import { views } from "./app-view.js";
import { RenderingError } from "./rendering-error.js";
import { sampleViews } from "./sample-views.js";
import { templateKinds, type TemplateName } from "./seed-templates.js";
import type { ViewShape } from "./word-check.js";

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
      `kubernetes/configmap:1:6: There is no word "nmae" in "app"; did you mean "name"?`,
    ],
    [
      "a word that is none",
      "kubernetes/namespace",
      "\n{{#if quota}}{{/if}}",
      `kubernetes/namespace:2:7: There is no word "quota"; there are namespace`,
    ],
    [
      "a word of another kind of template",
      "jenkins/node",
      "A={{buildCommand}}\n",
      `There is no word "buildCommand"; there are namespace, app,`,
    ],
    ["a word of a loop", "kubernetes/service", "{{#each ports}}\n- {{prot}}\n{{/each}}", `did you mean "port"?`],
    ["a prototype's word", "jenkins/job", "<a>{{app.constructor}}</a>", `There is no word "constructor" in "app"`],
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
      `kubernetes/deployment:49:18: "publicHost" is null here; guard it with {{#if publicHost}}.`,
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
    ["XML that is not closed", "jenkins/job", "<project>{{app.name}}", "jenkins/job:"],
  ])("is refused with its place: %s", (_what, name, source, problem) => {
    expect(problemOf(name, source)).toContain(problem);
  });

  test("may change what the object holds", () => {
    expect(problemOf("kubernetes/deployment", deployment.replace("maxSurge: 25%", "maxSurge: 1"))).toBe("accepted");
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
