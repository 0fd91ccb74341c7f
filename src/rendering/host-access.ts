import type { RenderedManifest } from "./manifest.js";

/** What the operator of the platform lets templates do. */
export interface RenderingRules {
  /** Whether pods may reach their node: its files, network, processes and devices. */
  readonly hostAccess: boolean;
}

export const strictRules: RenderingRules = { hostAccess: false };

/** The words of a pod that reach its node. What is not of this shape is Kubernetes' to refuse. */
interface PodSpec {
  readonly hostNetwork?: unknown;
  readonly hostPID?: unknown;
  readonly hostIPC?: unknown;
  readonly volumes?: unknown;
  readonly containers?: unknown;
  readonly initContainers?: unknown;
  readonly ephemeralContainers?: unknown;
}

interface Container {
  readonly securityContext?: { readonly privileged?: unknown } | null;
  readonly ports?: unknown;
}

/** The first thing by which the pods of an object would reach their node, as a path; undefined when there is none. */
export function hostAccessOf({ kind, spec }: RenderedManifest): string | undefined {
  const own = spec as Spec | undefined;
  const job = kind === "CronJob" ? own?.jobTemplate?.spec : own;
  const found = job?.template?.spec && hostAccessOfPod(job.template.spec);
  if (!found) return undefined;
  return `spec.${kind === "CronJob" ? "jobTemplate.spec." : ""}template.spec.${found}`;
}

/** The same of one container. */
export function hostAccessOfContainer(container: object): string | undefined {
  const { securityContext, ports } = container as Container;
  if (securityContext?.privileged) return "securityContext.privileged";
  const port = listOf(ports).findIndex((each: { readonly hostPort?: unknown }) => each.hostPort);
  return port === -1 ? undefined : `ports[${port}].hostPort`;
}

interface Spec {
  readonly template?: { readonly spec?: PodSpec | null } | null;
  readonly jobTemplate?: { readonly spec?: Spec | null } | null;
}

function hostAccessOfPod(pod: PodSpec): string | undefined {
  for (const word of ["hostNetwork", "hostPID", "hostIPC"] as const) if (pod[word]) return word;
  const volume = listOf(pod.volumes).findIndex((each) => "hostPath" in each);
  if (volume !== -1) return `volumes[${volume}].hostPath`;
  for (const list of ["containers", "initContainers", "ephemeralContainers"] as const)
    for (const [index, container] of listOf(pod[list]).entries()) {
      const found = hostAccessOfContainer(container);
      if (found) return `${list}[${index}].${found}`;
    }
  return undefined;
}

/** The objects of a list; whatever else it is, is none. */
const listOf = (value: unknown): readonly object[] =>
  Array.isArray(value) ? value.filter((item): item is object => typeof item === "object" && item !== null) : [];
