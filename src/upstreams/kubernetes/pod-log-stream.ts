import { UpstreamUnavailable } from "../../kernel/errors.js";
import type { PodLogEnd, PodLogLine, PodLogRequest } from "../cluster.js";
import type { UpstreamCalls } from "../upstream-call.js";
import { readResponse } from "./kubernetes-response.js";
import type { KubernetesConnection, WireRequest } from "./kubernetes-connection.js";
import { PodLogLines } from "./pod-log-lines.js";

/** The timeout for the beginning of the response; afterwards a container may be silent for any time. */
const openMs = 10_000;
/** The longest duration of a timer: a follow has no timeout. */
const noDeadline = 2 ** 31 - 1;

/**
 * Reads one container's log. The client library's reader ends the process with an unhandled error when a follow breaks
 * or is left; this one rejects, and leaves nothing open.
 */
export async function readPodLog(
  connection: KubernetesConnection,
  calls: UpstreamCalls,
  request: PodLogRequest,
  take: (line: PodLogLine) => void | Promise<void>,
  signal: AbortSignal,
): Promise<PodLogEnd> {
  const about = `the log of ${request.namespace}/${request.pod}/${request.container}`;
  await connection.load();
  try {
    return await calls.call(`GET ${about}`, { idempotent: false, deadlineMs: noDeadline }, signal, (inner) =>
      readLines(connection, about, toWire(request), take, inner),
    );
  } catch (error) {
    if (error instanceof UpstreamUnavailable && !signal.aborted) connection.forget();
    throw error;
  }
}

async function readLines(
  connection: KubernetesConnection,
  about: string,
  wire: WireRequest,
  take: (line: PodLogLine) => void | Promise<void>,
  signal: AbortSignal,
): Promise<PodLogEnd> {
  const ending = new AbortController();
  const leave = (): void => ending.abort(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  const late = new UpstreamUnavailable("kubernetes", `Kubernetes did not begin ${about} within ${openMs / 1_000} s.`);
  const opening = setTimeout(() => ending.abort(late), openMs);
  try {
    const response = await connection.send(wire, ending.signal);
    if (!response.ok || !response.body) {
      await readResponse(response, about);
      throw new UpstreamUnavailable("kubernetes", `Kubernetes answered ${about} with nothing.`);
    }
    clearTimeout(opening);
    const lines = new PodLogLines();
    for await (const chunk of response.body) {
      for (const line of lines.push(chunk as Uint8Array)) {
        const taken = take(line);
        if (taken) await taken;
        signal.throwIfAborted();
      }
    }
    const unfinished = lines.rest();
    return unfinished ? { unfinished } : {};
  } finally {
    clearTimeout(opening);
    signal.removeEventListener("abort", leave);
    ending.abort();
  }
}

function toWire({ namespace, pod, container, follow, previous, sinceTime, tailLines }: PodLogRequest): WireRequest {
  return {
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
    query: {
      container,
      timestamps: "true",
      ...(follow && { follow: "true" }),
      ...(previous && { previous: "true" }),
      ...(sinceTime && { sinceTime: `${sinceTime.toISOString().slice(0, 19)}Z` }),
      ...(tailLines !== undefined && { tailLines: String(tailLines) }),
    },
    headers: { accept: "*/*" },
  };
}
