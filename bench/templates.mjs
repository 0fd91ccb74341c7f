import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { appManifestTemplates } from "../dist/features/delivery/app/app-manifest-templates.js";
import { renderOwnedManifest } from "../dist/rendering/owned-manifest.js";
import { sampleViews } from "../dist/rendering/sample-views.js";
import { loadSeedTemplates } from "../dist/rendering/seed-templates.js";
import { templateKinds } from "../dist/rendering/template-kinds.js";
import { compileTemplate } from "../dist/rendering/template.js";
import { median, seconds } from "./reporter.mjs";
import { seedNamespace } from "./seed-apps.mjs";

const templatesFolder = join(import.meta.dirname, "../templates");
const rounds = 9;
const appsPerRound = 100;
const manyApps = 1_000;
const plannedApps = 50;

/** How fast the objects of an app are made, and how long it takes to see what a template would change of a thousand apps. */
export async function templates(stage, reporter) {
  reporter.begin("templates: the objects of an app");
  rendering(reporter);
  reporter.begin("templates: what a draft would change of 1,000 apps");
  await impact(stage, reporter);
  reporter.begin("plans: what a release would do");
  // The thousand apps still start there.
  await stage.renewUpstreams();
  await plans(stage, reporter);
}

/** Rendering, parsing and checking, beside parsing what came of it. */
function rendering(reporter) {
  const seeds = loadSeedTemplates(templatesFolder);
  // An app with everything that its spec can say, as it is seen while nobody asks for additions.
  const viewOf = (number) => ({ ...sampleViews.additionsView.least, ...sampleViews.appView.full, replicas: number });
  const render = (view) =>
    appManifestTemplates.map((name) =>
      renderOwnedManifest(compileTemplate(seeds[name]), view, templateKinds[name].promise),
    );
  const texts = appManifestTemplates.map((name) => compileTemplate(seeds[name]).render(viewOf(1)));
  const perSecond = (work) => {
    const startedAt = performance.now();
    for (let number = 0; number < appsPerRound; number++) work(number);
    return (appsPerRound * 1_000) / (performance.now() - startedAt);
  };
  const ours = () => perSecond((number) => render(viewOf(number)));
  const parsing = () => perSecond(() => texts.map((text) => parse(text)));
  for (let i = 0; i < 3; i++) {
    ours();
    parsing();
  }
  const measured = Array.from({ length: rounds }, () => ({ ours: ours(), parsing: parsing() }));
  const figure = median(measured.map(({ ours }) => ours));
  const ratio = median(measured.map(({ ours, parsing }) => parsing / ours));
  reporter.add({
    what: "rendering, parsing and checking the objects of an app, on one core",
    figure: `${figure.toFixed(0)} /s`,
    promise: ">= 200 /s",
    kept: figure >= 200,
  });
  reporter.add({
    what: "the time of that (baseline: parsing the same YAML)",
    figure: `${(1_000 / figure).toFixed(2)} ms`,
    baseline: `${(1_000 / figure / ratio).toFixed(2)} ms`,
    ratio,
    promise: "<= 1.5 x",
    kept: ratio <= 1.5,
  });
}

async function impact(stage, reporter) {
  const url = await stage.database("templates");
  await (await stage.startServer(url)).stop();
  await seedNamespace(stage, url, "many", manyApps);
  const server = await stage.startServer(url, { ROLE: "api" });
  try {
    const client = await stage.login(server);
    const seed = readFileSync(join(templatesFolder, "kubernetes/deployment.yaml.hbs"), "utf8");
    const source = seed.replace("revisionHistoryLimit: 5", "revisionHistoryLimit: 4");
    const { createTemplate } = await client.ask("create-template", { input: { kind: "DEPLOYMENT", source } });
    const startedAt = performance.now();
    let changed = 0;
    let signs = 0;
    for await (const { app } of client.follow("template-impact", { template: createTemplate.template.id }))
      if (app) changed++;
      else signs++;
    const ms = performance.now() - startedAt;
    await client.close();
    reporter.add({
      what: `what a draft would change of ${manyApps} apps, told app by app`,
      figure: seconds(ms),
      promise: "< 5 s",
      kept: ms < 5_000 && changed === manyApps && signs > 1,
    });
  } finally {
    await server.stop();
  }
}

/** How often the cluster is asked for a plan, and how long it takes; nobody works meanwhile, so every apply is a dry run. */
async function plans(stage, reporter) {
  const url = await stage.database("plans");
  await (await stage.startServer(url)).stop();
  await seedNamespace(stage, url, "planned", plannedApps);
  const server = await stage.startServer(url, { ROLE: "api" });
  try {
    const client = await stage.login(server);
    const { apps } = await client.ask("query { apps(first: 50) { nodes { id } } }");
    const before = await stage.upstreams.ask("kubernetes");
    const times = [];
    let objects = 0;
    for (const { id } of apps.nodes) {
      const startedAt = performance.now();
      await client.ask("plan-release", { input: { appId: id } });
      times.push(performance.now() - startedAt);
      const { app } = await client.ask("app-manifests", { id });
      objects += app.manifests.objects.length;
    }
    await client.close();
    const { patches } = await stage.upstreams.ask("kubernetes");
    const each = (patches - before.patches) / objects;
    reporter.add({
      what: `dry runs for each object of a plan, over ${apps.nodes.length} plans`,
      figure: each.toFixed(2),
      promise: "<= 1",
      kept: apps.nodes.length === plannedApps && each <= 1,
    });
    reporter.add({ what: "a plan, the cluster's answers included (median)", figure: `${median(times).toFixed(0)} ms` });
  } finally {
    await server.stop();
  }
}
