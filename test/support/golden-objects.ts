import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { containerPart } from "../../src/rendering/part.js";
import { templateKinds, type TemplateName } from "../../src/rendering/template-kinds.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { templateOfPair, templatesFolder } from "./golden-pairs.js";

/** An output that stands in `templates/` as what a template must make. */
export interface Golden {
  readonly pair: string;
  readonly made: unknown;
}

/** Every golden output of YAML that is not empty. */
const goldens: readonly (Golden & { readonly name: TemplateName })[] = readdirSync(templatesFolder, {
  recursive: true,
  encoding: "utf8",
})
  .filter((file) => file.endsWith(".golden.yaml"))
  .map((file) => ({ file, pair: file.replace(/\.golden\.yaml$/, "") }))
  .flatMap(({ file, pair }) => {
    const name = templateOfPair(pair);
    const documents = parseAllDocuments(readFileSync(join(templatesFolder, file), "utf8"));
    return documents.map((document) => ({ pair, name, made: document.toJS() as unknown }));
  })
  .filter(({ made }) => made !== null);

/** Those that are Kubernetes objects. */
export const goldenObjects: readonly { readonly pair: string; readonly object: Manifest }[] = goldens
  .filter(({ name }) => templateKinds[name].promise)
  .map(({ pair, made }) => ({ pair, object: made as Manifest }));

/** Those that are containers. */
export const goldenContainers: readonly Golden[] = goldens.filter(
  ({ name }) => templateKinds[name].part === containerPart,
);
