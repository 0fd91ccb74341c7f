import "reflect-metadata";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { TemplateKind } from "../src/features/templating/template/template-kind.type.js";
import { acceptTemplate, renderKind } from "../src/rendering/accept-template.js";
import { fileEnding, loadSeedTemplates } from "../src/rendering/seed-templates.js";
import { compileTemplate } from "../src/rendering/template.js";
import { templateKinds, type TemplateName } from "../src/rendering/template-kinds.js";
import { views } from "../src/rendering/views.js";
import { dockerfileStages } from "./support/dockerfile-stages.js";
import { goldenPairs, goldenViews, templatesFolder } from "./support/golden-pairs.js";

const seeds = loadSeedTemplates(templatesFolder);
const names = Object.keys(templateKinds) as TemplateName[];

test("every template has a golden pair, and every pair a template", () => {
  expect(names.filter((name) => !goldenPairs.some(({ pair }) => pair === name))).toEqual([]);
  expect(goldenPairs.filter(({ name }) => name === undefined)).toEqual([]);
});

test("every kind of template has a public name", () => {
  expect(Object.values(TemplateKind).toSorted()).toEqual(names.toSorted());
});

test.each(goldenPairs)("$pair renders what its golden file says", ({ pair, name }) => {
  const template = compileTemplate(seeds[name]);
  const shown = goldenViews(pair);
  const golden = join(templatesFolder, `${pair}.golden.${fileEnding[template.language]}`);
  const output = shown.map((view) => template.render(view)).join("---\n");
  // `UPDATE_GOLDEN=1 npx jest test/templates.test.ts` accepts a change on purpose; its diff is what a reviewer reads.
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, output);
  expect(output).toBe(readFileSync(golden, "utf8"));
  for (const view of shown) expect(() => renderKind(name, template, view)).not.toThrow();
});

test.each(goldenPairs)("$pair is given what its kind of template really sees", ({ pair, name }) => {
  for (const view of goldenViews(pair)) expect(views[templateKinds[name].view].parse(view)).toEqual(view);
});

test.each(names)("the seed of %s is what an administrator may save", (name) => {
  expect(() => acceptTemplate(name, seeds[name].source)).not.toThrow();
});

test.each(goldenPairs.filter(({ name }) => templateKinds[name].language === "DOCKERFILE"))(
  "$pair builds in a stage of its own, and what it makes does not run as root",
  ({ pair }) => {
    const stages = dockerfileStages(readFileSync(join(templatesFolder, `${pair}.golden.Dockerfile`), "utf8"));
    expect(stages.length).toBeGreaterThan(1);
    const last = stages.at(-1)!;
    expect(last.copies.some(({ from }) => from !== undefined)).toBe(true);
    // By a number: the cluster cannot tell a name from root.
    expect(last.user).toMatch(/^[1-9]\d*$/);
    expect(stages.every(({ image }) => !/:latest$|^[^:]*$/.test(image))).toBe(true);
  },
);

test("the build commands differ only in the Dockerfile they fall back to", () => {
  const shared = names
    .filter((name) => templateKinds[name].language === "SHELL")
    .map((name) => seeds[name].source.replace(/^# Builds .*$/m, "").replace(/<<'END'\n[^]*?\nEND\n/, ""));
  expect(new Set(shared).size).toBe(1);
});
