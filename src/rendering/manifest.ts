import { notTooDeep, RenderingError } from "./rendering-error.js";
import type { CompiledTemplate } from "./template.js";
import { yamlDocuments } from "./yaml.language.js";

/** A Kubernetes object as a template rendered it: JSON with the fields that all objects have. */
export interface RenderedManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What a template must render. */
export interface ManifestPromise {
  readonly apiVersion: string;
  readonly kind: string;
  /** The template may render nothing. */
  readonly optional: boolean;
  /** The object is cluster-wide. */
  readonly clusterWide: boolean;
}

/** The limit by which aliases may multiply the size of a YAML document. */
const maxAliases = 100;
/** API groups whose objects grant rights or change the cluster. */
const ruling = /^(rbac\.authorization|admissionregistration|apiextensions|apiregistration|certificates)\.k8s\.io\//;

/** Renders a YAML template to the one object that it must make, or to undefined when it may render nothing and did. */
export function renderManifest(
  template: CompiledTemplate,
  view: unknown,
  promise: ManifestPromise,
): RenderedManifest | undefined {
  const refuse = (problem: string): never => {
    throw new RenderingError({ template: template.name, line: 1, column: 1 }, problem);
  };
  const object = renderDocument(template, view, { what: "object", optional: promise.optional });
  if (object === undefined) return undefined;
  if (!isManifest(object)) return refuse("Must render an object with apiVersion, kind and metadata.name.");
  const { apiVersion, kind } = object;
  const wanted = `${promise.apiVersion} ${promise.kind}`;
  if (ruling.test(apiVersion))
    refuse(
      `The platform makes no ${kind}: no template gives rights, or changes what the cluster is. This one must render ${wanted}.`,
    );
  if (apiVersion !== promise.apiVersion || kind !== promise.kind)
    refuse(`Must render ${wanted}; it rendered ${apiVersion} ${kind}.`);
  return object;
}

/** Renders a YAML template to one document, as JSON; undefined when it may render nothing and did. */
export function renderDocument(
  template: CompiledTemplate,
  view: unknown,
  { what, optional }: { readonly what: string; readonly optional: boolean },
): unknown {
  const place = { template: template.name, line: 1, column: 1 };
  if (template.language !== "YAML") throw new RenderingError(place, `Only a YAML template renders one ${what}.`);
  const text = template.render(view);
  if (optional && text.trim() === "") return undefined;
  const documents = notTooDeep(template.name, () => yamlDocuments({ text, placeAt: () => place }));
  if (documents.length === 0 && optional) return undefined;
  if (documents.length !== 1)
    throw new RenderingError(place, `Must render one ${what}; it rendered ${documents.length}.`);
  try {
    return notTooDeep(template.name, (): unknown => documents[0]!.toJS({ maxAliasCount: maxAliases }));
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const problem = `Its aliases stand for more than ${maxAliases} times what they name. Write it out, or use fewer.`;
    throw new RenderingError(place, problem, { cause: error });
  }
}

function isManifest(object: unknown): object is RenderedManifest {
  if (typeof object !== "object" || object === null) return false;
  const { apiVersion, kind, metadata } = object as Partial<RenderedManifest>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}
