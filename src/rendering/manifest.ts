import { RenderingError } from "./rendering-error.js";
import type { Template } from "./template.js";
import { yamlDocuments } from "./yaml.language.js";

/** A Kubernetes object as a template rendered it: JSON with the fields that every object has. */
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

/** What a template promises to render. */
export interface ManifestPromise {
  readonly apiVersion: string;
  readonly kind: string;
  /** The template may decide that there is nothing to render. */
  readonly optional: boolean;
}

/** Renders a YAML template to the one object that it promises, or to undefined when it may and did render nothing. */
export function renderManifest(
  template: Template,
  view: unknown,
  promise: ManifestPromise,
): RenderedManifest | undefined {
  const place = { template: template.name, line: 1, column: 1 };
  const refuse = (problem: string): never => {
    throw new RenderingError(place, problem);
  };
  if (template.language !== "YAML") refuse("Only a YAML template renders Kubernetes objects.");
  const documents = yamlDocuments({ text: template.render(view), placeAt: () => place });
  if (documents.length === 0 && promise.optional) return undefined;
  if (documents.length !== 1) refuse(`Must render one object; it rendered ${documents.length}.`);
  const object: unknown = documents[0]!.toJS({ maxAliasCount: 100 });
  if (!isManifest(object)) return refuse("Must render an object with apiVersion, kind and metadata.name.");
  const { apiVersion, kind } = object;
  if (apiVersion !== promise.apiVersion || kind !== promise.kind) {
    refuse(`Must render ${promise.apiVersion} ${promise.kind}; it rendered ${apiVersion} ${kind}.`);
  }
  return object;
}

function isManifest(object: unknown): object is RenderedManifest {
  if (typeof object !== "object" || object === null) return false;
  const { apiVersion, kind, metadata } = object as Partial<RenderedManifest>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}
