import { keyOf } from "./cluster-view.js";
import type { Note } from "./event-recorder.js";
import type { Pod } from "../workload-types.js";

interface Words {
  readonly reason: string;
  readonly message: string;
  readonly warning?: boolean;
}

const reference = (image: string): string =>
  /^[^/]+[.:][^/]*\//.test(image) ? image : `docker.io/${image.includes("/") ? "" : "library/"}${image}`;

/** The pod's name in messages of the kubelet. */
export const logNameOf = (pod: Pod): string => `${keyOf(pod).split("/").reverse().join("_")}(${pod.metadata.uid})`;

/** Why a container is not created whose image runs as root, where that is forbidden. */
export const runsAsRoot = (pod: string, container: string): string =>
  `container has runAsNonRoot and image will run as root (pod: "${pod}", container: ${container})`;

const words: Readonly<Record<string, (pod: Pod, container: string, image: string) => Words>> = {
  Pulling: (_pod, _name, image) => ({ reason: "Pulling", message: `Pulling image "${image}"` }),
  Pulled: (_pod, _name, image) => ({
    reason: "Pulled",
    message: `Successfully pulled image "${image}" in 412ms (412ms including waiting). Image size: 48215040 bytes.`,
  }),
  PulledAlready: (_pod, _name, image) => ({
    reason: "Pulled",
    message: `Container image "${image}" already present on machine`,
  }),
  Created: (_pod, name) => ({ reason: "Created", message: `Created container ${name}` }),
  Started: (_pod, name) => ({ reason: "Started", message: `Started container ${name}` }),
  Killing: (_pod, name) => ({ reason: "Killing", message: `Stopping container ${name}` }),
  PullFailed: (_pod, _name, image) => ({
    reason: "Failed",
    warning: true,
    message: `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${reference(image)}": failed to resolve reference "${reference(image)}": ${reference(image)}: not found`,
  }),
  ErrImagePull: () => ({ reason: "Failed", message: "Error: ErrImagePull", warning: true }),
  ImagePullBackOff: () => ({ reason: "Failed", message: "Error: ImagePullBackOff", warning: true }),
  BackOffPull: (_pod, _name, image) => ({ reason: "BackOff", message: `Back-off pulling image "${image}"` }),
  BackOffRestart: (pod, name) => ({
    reason: "BackOff",
    message: `Back-off restarting failed container ${name} in pod ${logNameOf(pod)}`,
    warning: true,
  }),
  RunsAsRoot: (pod, name) => ({
    reason: "Failed",
    message: `Error: ${runsAsRoot(logNameOf(pod), name)}`,
    warning: true,
  }),
  Unhealthy: () => ({
    reason: "Unhealthy",
    message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
    warning: true,
  }),
};

/** The kubelet's message at a step of a container's life (1.31, containerd). */
export function kubeletNote(name: string, pod: Pod, container: string, image: string): Note {
  const { reason, message, warning } = words[name]!(pod, container, image);
  return {
    reason,
    message,
    type: warning ? "Warning" : "Normal",
    component: "kubelet",
    fieldPath: `spec.containers{${container}}`,
  };
}
