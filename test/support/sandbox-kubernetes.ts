import { expect } from "@jest/globals";
import type * as client from "@kubernetes/client-node";
import type {
  AppsV1Api,
  CoreV1Api,
  KubernetesObject,
  KubernetesObjectApi,
  V1Deployment,
  V1Status,
} from "@kubernetes/client-node";
import { SandboxKubernetes } from "../../src/sandbox/kubernetes/sandbox-kubernetes.js";
import { eventually } from "./eventually.js";

export let kube: typeof client;
/** The sandbox that `open` opened, its URL, and the official client of it. */
export let sandbox: SandboxKubernetes;
export let url: string;
export let core: CoreV1Api;
export let apps: AppsV1Api;
let objects: KubernetesObjectApi;
/** The namespace of the running test. */
export let namespace: string;
let count = 0;

const token = "sesame";

export async function open(): Promise<void> {
  kube = await import("@kubernetes/client-node");
  sandbox = new SandboxKubernetes({ pace: 0.05, token });
  url = await sandbox.listen();
  const config = new kube.KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "sandbox", server: url, skipTLSVerify: true }],
    users: [{ name: "me", token }],
    contexts: [{ name: "sandbox", cluster: "sandbox", user: "me" }],
    currentContext: "sandbox",
  });
  core = config.makeApiClient(kube.CoreV1Api);
  apps = config.makeApiClient(kube.AppsV1Api);
  objects = kube.KubernetesObjectApi.makeApiClient(config);
}

export const close = (): Promise<void> => sandbox.close();

/** No watch outlives its test. */
export const noWatchIsOpen = (): Promise<void> => eventually(() => expect(sandbox.openWatches).toBe(0));

export async function newNamespace(): Promise<string> {
  namespace = `team-${++count}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  return namespace;
}

/** A Deployment as a template would render it. */
export const deployment = (name: string, image: string, spec: object = {}, container: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    ...spec,
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image, ports: [{ containerPort: 80 }], ...container }] },
    },
  },
});

export const apply = <T extends KubernetesObject>(
  object: T,
  manager = "orrery",
  force = false,
  dryRun?: string,
): Promise<T> => objects.patch(object, undefined, dryRun, manager, force, kube.PatchStrategy.ServerSideApply);

export const read = (name: string): Promise<V1Deployment> => apps.readNamespacedDeployment({ name, namespace });

export async function refusal(attempt: Promise<unknown>): Promise<V1Status> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof kube.ApiException)) throw new Error(`expected a refusal, got ${String(error)}`);
  const body: unknown = error.body;
  return (typeof body === "string" ? JSON.parse(body) : body) as V1Status;
}

export const get = (path: string, signal?: AbortSignal): Promise<Response> =>
  fetch(url + path, { headers: { authorization: `Bearer ${token}` }, ...(signal && { signal }) });

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
    readonly code?: number;
  };
}

/** Opens a watch as raw lines; `events` grows, `ended` resolves with how it ended. */
export async function watch(
  path: string,
  query: Record<string, string>,
): Promise<{ events: WatchEvent[]; ended: Promise<"closed" | "broken">; stop(): void }> {
  const abort = new AbortController();
  const response = await get(`${path}?${new URLSearchParams({ watch: "1", ...query }).toString()}`, abort.signal);
  const events: WatchEvent[] = [];
  const drain = async (): Promise<"closed" | "broken"> => {
    let rest = "";
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        for (const line of lines) events.push(JSON.parse(line) as WatchEvent);
      }
      return "closed";
    } catch {
      return "broken";
    }
  };
  return { events, ended: drain(), stop: () => abort.abort() };
}
