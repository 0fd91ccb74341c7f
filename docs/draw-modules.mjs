// Draws which module imports which, as dependency-cruiser reads it: `npm run modules` writes the pictures,
// `--check` fails when one of them is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { instance } from "@viz-js/viz";
import { cruise } from "dependency-cruiser";
import settings from "../.dependency-cruiser.mjs";

/** Each picture: what it shows, and what becomes one box in it. */
const pictures = {
  "modules.svg": { shows: "^src/", box: "^src/(?:features/[^/]+|[^/]+)" },
  "modules-api.svg": { shows: "^src/api/", box: "^src/api/[^/]+" },
  "modules-identity.svg": { shows: "^src/features/identity/[^/]+/", box: "^src/features/[^/]+/[^/]+" },
  "modules-delivery.svg": { shows: "^src/features/delivery/[^/]+/", box: "^src/features/[^/]+/[^/]+" },
  "modules-templating.svg": { shows: "^src/features/templating/[^/]+/", box: "^src/features/[^/]+/[^/]+" },
};

const { parser, exclude, enhancedResolveOptions } = settings.options;
const options = { parser, exclude, doNotFollow: { path: "^node_modules/" } };
const { modules } = (await cruise(["src"], options, enhancedResolveOptions)).output;

/** The graph of one picture in Graphviz' language; what another path between two boxes implies is left out. */
function graphOf({ shows, box }) {
  const [shown, boxes] = [new RegExp(shows), new RegExp(box)];
  const boxOf = (file) => (shown.test(file) ? boxes.exec(file)?.[0].replace(/\.ts$/, "") : undefined);
  const imports = new Map();
  for (const { source, dependencies } of modules) {
    const from = boxOf(source);
    if (!from) continue;
    const to = imports.get(from) ?? imports.set(from, new Set()).get(from);
    for (const { resolved } of dependencies) if (boxOf(resolved) && boxOf(resolved) !== from) to.add(boxOf(resolved));
  }
  const reaches = (from, to, seen = new Set()) =>
    [...(imports.get(from) ?? [])].some(
      (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
    );
  const direct = (from) => {
    const all = [...imports.get(from)];
    return all.filter((to) => !all.some((by) => by !== to && reaches(by, to)));
  };
  const name = (module) => JSON.stringify(module.replace(/^src\/(?:features\/)?/, ""));
  return [
    "digraph {",
    '  node [shape=box, style="rounded,filled", fillcolor="#f3f4f6", color="#9ca3af", fontname="Helvetica", fontsize=12]',
    '  edge [color="#6b7280", arrowsize=0.7]',
    '  graph [nodesep=0.3, ranksep=0.4, bgcolor="white"]',
    ...[...imports.keys()].sort().map((module) => `  ${name(module)}`),
    ...[...imports.keys()].sort().flatMap((from) =>
      direct(from)
        .sort()
        .map((to) => `  ${name(from)} -> ${name(to)}`),
    ),
    "}",
  ].join("\n");
}

const graphviz = await instance();
for (const [file, picture] of Object.entries(pictures)) {
  const path = new URL(file, import.meta.url);
  const svg = graphviz.renderString(graphOf(picture), { format: "svg" });
  if (!process.argv.includes("--check")) writeFileSync(path, svg);
  else if (readFileSync(path, "utf8") !== svg) throw new Error(`docs/${file} is out of date: run npm run modules`);
}
