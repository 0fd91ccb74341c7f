import { describe, expect, test } from "@jest/globals";
import { RenderingError } from "./rendering-error.js";
import { renderObjects } from "./render-objects.js";
import { sampleViews } from "./sample-views.js";
import { compileTemplate } from "./template.js";

const each = { list: "jobs", as: "job" };
const promise = { apiVersion: "v1", kind: "ConfigMap", optional: true, clusterWide: false };
const kind = { promise, each };
const { app, namespace } = sampleViews.appView.full;
const templateOf = (name: string) =>
  compileTemplate({
    name: "kubernetes/configmap",
    language: "YAML",
    source: `{{#if job.isWanted}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: {{namespace.name}}
  labels: { orrery.dev/app: {{app.id}} }
{{/if}}
`,
  });
const template = templateOf("{{job.name}}");
const job = (name: string, isWanted = true) => ({ name, isWanted });
const namesOf = (...jobs: object[]): string[] =>
  renderObjects(template, kind, { app, namespace, jobs }).map(({ metadata }) => metadata.name);

describe("a template that makes an object for each item of a list", () => {
  test("makes as many as there are items, in their order", () => {
    expect(namesOf(job("b"), job("a"), job("c"))).toEqual(["b", "a", "c"]);
    expect(namesOf(job("a"))).toEqual(["a"]);
    expect(namesOf()).toEqual([]);
  });

  test("may decide for each item that there is nothing to make", () => {
    expect(namesOf(job("a"), job("b", false), job("c"))).toEqual(["a", "c"]);
  });

  test("is refused if two of them have one name", () => {
    const view = { app, namespace, jobs: [job("a"), job("b")] };
    expect(() => renderObjects(templateOf("{{app.name}}"), kind, view)).toThrow(RenderingError);
    expect(() => renderObjects(templateOf("{{app.name}}"), kind, view)).toThrow("Let metadata.name depend on job.");
  });

  test("needs the list to be there, empty or not", () => {
    expect(() => renderObjects(template, kind, { app, namespace })).toThrow('The view has no list "jobs".');
  });
});

test("a template without a list makes one object at most", () => {
  const view = { app, namespace, job: job("a") };
  expect(renderObjects(template, { promise }, view)).toHaveLength(1);
  expect(renderObjects(template, { promise }, { ...view, job: job("a", false) })).toEqual([]);
});
