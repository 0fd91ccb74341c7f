import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { itemViews } from "../../src/rendering/render-objects.js";
import { templateKinds, type TemplateName } from "../../src/rendering/template-kinds.js";
import { views } from "../../src/rendering/views.js";

type Fields = Readonly<Record<string, unknown>>;

export const templatesFolder = join(import.meta.dirname, "../../templates");
const read = (file: string): Fields => JSON.parse(readFileSync(join(templatesFolder, file), "utf8")) as Fields;

/** The app that every input is a difference from; a variable that views get is added here alone. */
const app = read("app.json");

/** `kubernetes/service-account` is no pair of `kubernetes/service`. */
const longestFirst = (Object.keys(templateKinds) as TemplateName[]).sort((a, b) => b.length - a.length);

/** The template that a pair is of: `kubernetes/deployment-minimal` is one of `kubernetes/deployment`. */
export const templateOfPair = (pair: string): TemplateName =>
  longestFirst.find((name) => pair === name || pair.startsWith(`${name}-`))!;

/** Every pair of an input and a golden output. */
export const goldenPairs: readonly { readonly pair: string; readonly name: TemplateName }[] = readdirSync(
  templatesFolder,
  { recursive: true, encoding: "utf8" },
)
  .filter((file) => file.endsWith(".input.json"))
  .map((file) => file.replace(/\.input\.json$/, ""))
  .map((pair) => ({ pair, name: templateOfPair(pair) }));

/** What a pair's kind of template sees of `app.json`, with its own input merged over it. */
export function goldenView(pair: string): Fields {
  const { shape } = views[templateKinds[templateOfPair(pair)].view];
  const seen = Object.entries(app).filter(([name]) => Object.hasOwn(shape, name));
  return merged(Object.fromEntries(seen), read(`${pair}.input.json`)) as Fields;
}

/** The same, for each item where the input has the list that its kind makes objects of. */
export function goldenViews(pair: string): Fields[] {
  const { each } = templateKinds[templateOfPair(pair)];
  const view = goldenView(pair);
  if (!each || !Object.hasOwn(view, each.list)) return [view];
  return itemViews(each, view).map(({ [each.list]: _list, ...seen }) => seen);
}

/** Maps are merged field by field; everything else, lists too, is replaced. */
function merged(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(over).map(([name, value]) => [name, merged(base[name], value)])),
  };
}

const isMap = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
