import type { DisallowedPart } from "./allow-list.js";
import { refusedOf, refusedOfContainer, strictRules, type RenderingRules } from "./allowed-objects.js";
import { renderManifest, type ManifestPromise, type RenderedManifest } from "./manifest.js";
import { containerPart, renderPart, type RenderedContainer } from "./part.js";
import { RenderingError } from "./rendering-error.js";
import type { CompiledTemplate } from "./template.js";
import { withSecrets } from "./template-variables.js";

/** The label by which the platform finds an app's objects; without it they could not be removed. */
const appLabel = "orrery.dev/app";

/** The owner in the view of a Kubernetes object. */
interface Owner {
  readonly namespace?: { readonly name: string };
  readonly app?: { readonly id: string; readonly name: string };
  readonly autoscaling?: unknown;
}

/** Renders the object that a template must make; it must be in its owner's namespace and have its owner's label. */
export function renderOwnedManifest(
  template: CompiledTemplate,
  view: Owner,
  promise: ManifestPromise,
  rules: RenderingRules = strictRules,
): RenderedManifest | undefined {
  const made = renderManifest(template, view, promise);
  if (!made) return undefined;
  const object = withSecrets(template, made);
  const refuse = refusing(template);
  const { name, namespace, labels } = object.metadata;
  if (promise.clusterWide) {
    if (namespace !== undefined) refuse(`A ${object.kind} lies in no namespace: leave metadata.namespace out.`);
    if (object.kind === "Namespace" && name !== view.namespace?.name)
      refuse("The Namespace must be called {{namespace.name}}.");
  } else if (namespace !== view.namespace?.name) {
    refuse("metadata.namespace must be {{namespace.name}}: nothing is made in another namespace.");
  }
  if (!rules.hostAccess) refuseWhatIsNotAllowed(template, refusedOf(object, view.app?.name ?? ""));
  if (!view.app) return object;
  if (labels?.[appLabel] !== view.app.id) refuse(`metadata.labels must have ${appLabel}: {{app.id}}.`);
  const { template: pods, jobTemplate, replicas } = (object["spec"] ?? {}) as Workload;
  if (pods && pods.metadata?.labels?.[appLabel] !== view.app.id)
    refuse(`spec.template.metadata.labels must have ${appLabel}: {{app.id}}.`);
  const podsOfRuns = jobTemplate?.spec?.template;
  if (podsOfRuns && podsOfRuns.metadata?.labels?.[appLabel] !== view.app.id)
    refuse(`spec.jobTemplate.spec.template.metadata.labels must have ${appLabel}: {{app.id}}.`);
  if (object.kind === "Deployment" && view.autoscaling && replicas !== undefined)
    refuse("spec.replicas is the autoscaler's when there is one: put it into {{#unless autoscaling}}.");
  return object;
}

/** Renders the container of a template, if it makes one. */
export function renderContainer(
  template: CompiledTemplate,
  view: object,
  rules: RenderingRules = strictRules,
): RenderedContainer | undefined {
  const container = renderPart(template, view, containerPart);
  if (container && !rules.hostAccess) refuseWhatIsNotAllowed(template, refusedOfContainer(container));
  return container;
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, unknown>> };
}

interface Workload {
  readonly template?: PodTemplate;
  readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } };
  readonly replicas?: unknown;
}

function refuseWhatIsNotAllowed(template: CompiledTemplate, found: DisallowedPart | undefined): void {
  if (found)
    refusing(template)(
      `${found.path} ${found.problem}. Leave it out, or let the operator set TEMPLATES_HOST_ACCESS=true.`,
    );
}

const refusing =
  (template: CompiledTemplate) =>
  (problem: string): never => {
    throw new RenderingError({ template: template.name, line: 1, column: 1 }, problem);
  };
