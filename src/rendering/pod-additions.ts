import type { V1PodSpec } from "@kubernetes/client-node";
import type { RenderedManifest } from "./manifest.js";
import type { RenderedContainer } from "./part.js";
import { RenderingError } from "./rendering-error.js";

/** A container, and the template that made it. */
export interface AddedContainer {
  readonly template: string;
  readonly container: RenderedContainer;
}

/** The parts that other templates add to the pods of a Deployment. */
export interface PodAdditions {
  readonly initContainers: readonly AddedContainer[];
  readonly sidecars: readonly AddedContainer[];
  /** The service account of the pods if their own template names none. */
  readonly serviceAccountName?: string | undefined;
}

/** What is read of the pods of a Deployment. */
type PodSpec = Partial<Pick<V1PodSpec, "containers" | "initContainers" | "serviceAccountName">>;

/** The Deployment with these additions after its own parts. Names of containers must be unique. */
export function withPodAdditions(deployment: RenderedManifest, additions: PodAdditions): RenderedManifest {
  const { initContainers, sidecars, serviceAccountName } = additions;
  const added = [...initContainers, ...sidecars];
  if (added.length === 0 && serviceAccountName === undefined) return deployment;
  const spec = (deployment["spec"] ?? {}) as { readonly template?: { readonly spec?: PodSpec } };
  const pod = spec.template?.spec ?? {};
  const taken = new Set([...(pod.containers ?? []), ...(pod.initContainers ?? [])].map(({ name }) => name));
  for (const { template, container } of added) {
    if (taken.has(container.name))
      throw new RenderingError(
        { template, line: 1, column: 1 },
        `The pod has a container "${container.name}" already. Give this one another name.`,
      );
    taken.add(container.name);
  }
  const behind = (own: PodSpec["containers"], more: readonly AddedContainer[]) =>
    more.length === 0 ? own : [...(own ?? []), ...more.map(({ container }) => container)];
  const whole = {
    ...(serviceAccountName !== undefined && { serviceAccountName }),
    ...pod,
    containers: behind(pod.containers, sidecars),
    ...(initContainers.length > 0 && { initContainers: behind(pod.initContainers, initContainers) }),
  };
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: whole } } };
}
