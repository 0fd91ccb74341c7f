import { isFields, type KubeObject } from "../kube-object.js";
import type { Container, Pod } from "../workload-types.js";

/** How a container behaves: well, or in one of the ways that containers fail. */
export type Fate = "healthy" | "missing" | "crash" | "oom" | "unready" | "root" | "unschedulable";

export type Appearance =
  | "creating"
  | "errImagePull"
  | "imagePullBackOff"
  | "createContainerConfigError"
  | "running"
  | "ready"
  | "terminated"
  | "crashLoopBackOff";

export interface FateStep {
  /** After the step before it, at pace 1. */
  readonly afterMs: number;
  readonly shows: Appearance;
  /** The kubelet's event, by the names of `kubelet-notes.ts`. */
  readonly notes: readonly string[];
  /** This delay doubles with each repetition, up to eight times. */
  readonly backsOff?: boolean;
}

export interface FateScript {
  readonly steps: readonly FateStep[];
  /** The step after the last one; without it the container stays as it is. */
  readonly repeatFrom?: number;
}

const pull: FateStep = { afterMs: 100, shows: "creating", notes: ["Pulling"] };
const start: FateStep = { afterMs: 500, shows: "running", notes: ["Pulled", "Created", "Started"] };
const restart: FateStep = {
  afterMs: 1_500,
  shows: "running",
  notes: ["PulledAlready", "Created", "Started"],
  backsOff: true,
};
const dies: readonly FateStep[] = [
  { afterMs: 300, shows: "terminated", notes: [] },
  { afterMs: 150, shows: "crashLoopBackOff", notes: ["BackOffRestart"] },
];

/** The script of a container, by its behaviour. */
export const fates: Readonly<Record<Fate, FateScript>> = {
  healthy: { steps: [pull, start, { afterMs: 300, shows: "ready", notes: [] }] },
  missing: {
    steps: [
      pull,
      { afterMs: 300, shows: "errImagePull", notes: ["PullFailed", "ErrImagePull"] },
      { afterMs: 300, shows: "imagePullBackOff", notes: ["BackOffPull", "ImagePullBackOff"] },
      { afterMs: 2_000, shows: "errImagePull", notes: ["Pulling", "PullFailed", "ErrImagePull"], backsOff: true },
    ],
    repeatFrom: 2,
  },
  crash: { steps: [pull, start, ...dies, restart], repeatFrom: 2 },
  oom: { steps: [pull, start, ...dies, restart], repeatFrom: 2 },
  unready: {
    steps: [pull, start, { afterMs: 1_000, shows: "running", notes: ["Unhealthy"], backsOff: true }],
    repeatFrom: 2,
  },
  root: {
    steps: [
      pull,
      { afterMs: 300, shows: "createContainerConfigError", notes: ["Pulled", "RunsAsRoot"] },
      { afterMs: 2_000, shows: "createContainerConfigError", notes: ["PulledAlready", "RunsAsRoot"], backsOff: true },
    ],
    repeatFrom: 2,
  },
  unschedulable: { steps: [] },
};

const byAnnotation: Readonly<Record<string, Fate>> = {
  ImagePullBackOff: "missing",
  CrashLoopBackOff: "crash",
  OOMKilled: "oom",
  NeverReady: "unready",
};

/** The words of the image's tag: `1.2-crash` says `1`, `2`, `crash`. */
function tagWords(image: string): readonly string[] {
  return (/:([^:/@]+)(?:@|$)/.exec(image)?.[1] ?? "").split(/[-._]/);
}

/**
 * The behaviour of a container, from the pod's annotation `hollow.node/fail` or a word in the image's tag. The word
 * `root` is an image that runs as root, which fails only where that is forbidden.
 */
export function fateOf(pod: Pod, container: Container): Fate {
  const asked = byAnnotation[pod.metadata.annotations?.["hollow.node/fail"] ?? ""];
  const word = tagWords(container.image).find((each): each is Fate => each in fates) ?? "healthy";
  return asked ?? (word === "root" && !mustNotBeRoot(pod, container) ? "healthy" : word);
}

function mustNotBeRoot({ spec }: Pod, container: Container): boolean {
  const ofPod = isFields(spec["securityContext"]) ? spec["securityContext"] : {};
  const own = isFields(container["securityContext"]) ? container["securityContext"] : {};
  const { runAsNonRoot, runAsUser } = { ...ofPod, ...own };
  return runAsNonRoot === true && !runAsUser;
}

/**
 * The factor of a script's delays. `hollow.node/ready-after-ms` sets the whole time until Ready, whatever the pace; the
 * tag word `slow` takes ten times as long.
 */
export function tempoOf(pod: KubeObject, image: string, pace: number): number {
  const readyAfterMs = pod.metadata.annotations?.["hollow.node/ready-after-ms"];
  if (readyAfterMs === undefined) return tagWords(image).includes("slow") ? pace * 10 : pace;
  return Number(readyAfterMs) / fates.healthy.steps.reduce((total, { afterMs }) => total + afterMs, 0);
}
