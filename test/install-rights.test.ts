import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Response } from "undici";
import { templateKinds } from "../src/rendering/template-kinds.js";
import { discovery } from "../src/sandbox/kubernetes/discovery.js";
import { labels, type Manifest } from "../src/upstreams/cluster.js";
import { KubernetesCluster } from "../src/upstreams/kubernetes/kubernetes-cluster.js";
import { KubernetesConnection, type WireRequest } from "../src/upstreams/kubernetes/kubernetes-connection.js";
import { installManifest, type ClusterRole } from "./support/install-manifests.js";

/** What RBAC is asked for a request: `patch deployments.apps`. Discovery asks for nothing that an account has not. */
function rightsFor({ method = "GET", path, query }: WireRequest): string[] {
  const parts = /^\/(?:api|apis\/([^/]+))\/v[^/]+(?:\/namespaces\/[^/]+(?=\/))?\/([^/]+)(\/[^/]+)?(\/log)?$/.exec(path);
  if (!parts) return [];
  const [, group = "", resource, name, part] = parts;
  const verbs = {
    // Server-side apply of what is not there yet is checked as a create too.
    PATCH: ["patch", "create"],
    DELETE: ["delete"],
    GET: [query?.["watch"] === "true" ? "watch" : name === undefined ? "list" : "get"],
  }[method];
  return verbs.map((verb) => `${verb} ${resource}${part ?? ""}.${group}`);
}

const asked = new Set<string>();
const owner = { appId: "app_1", namespace: "pay" };
const left = { metadata: { name: "left", uid: "1", labels: { [labels.app]: owner.appId } } };

/** An API server that notes what it is asked, has every kind, and finds one object of the app in every list. */
async function answer(request: WireRequest, signal: AbortSignal): Promise<Response> {
  for (const right of rightsFor(request)) asked.add(right);
  if (request.query?.["watch"] === "true") {
    const silent = new ReadableStream({
      start: (stream) => signal.addEventListener("abort", () => stream.close(), { once: true }),
    });
    return new Response(silent, { headers: { "content-type": "application/json" } });
  }
  return Response.json(discovery(request.path) ?? { ...left, metadata: { ...left.metadata }, items: [left] });
}

beforeEach(() => {
  jest.spyOn(KubernetesConnection.prototype, "load").mockResolvedValue(undefined as never);
  jest.spyOn(KubernetesConnection.prototype, "send").mockImplementation(answer);
});
afterEach(() => void jest.restoreAllMocks());

test("the service account may do what the server asks of a cluster, and nothing else", async () => {
  const cluster = new KubernetesCluster({ access: { server: "http://nowhere.invalid" } });
  const running = new AbortController();
  const { signal } = running;
  await cluster.start(signal);
  await cluster.namespaces(signal);
  await cluster.events({ namespace: "pay", kind: "Pod", name: "left" }, signal);
  await cluster.readPodLog({ namespace: "pay", pod: "left", container: "left" }, () => undefined, signal);
  await cluster.prune(owner, [], signal);
  await cluster.removeAll(owner, signal);
  await cluster.foresight.surroundings("pay", signal);
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "pay", name: "left" };
  await cluster.read(claim, signal);
  const kinds = Object.values(templateKinds).flatMap(({ use, promise }) =>
    ["APP", "NAMESPACE"].includes(use) ? (promise ?? []) : [],
  );
  for (const { apiVersion, kind } of kinds) {
    const name = { name: "left", ...(kind !== "Namespace" && { namespace: "pay" }) };
    await cluster.apply([{ apiVersion, kind, metadata: name } satisfies Manifest], signal);
    await cluster.read({ apiVersion, kind, ...name }, signal);
  }
  running.abort();

  const { rules } = installManifest("ClusterRole") as ClusterRole;
  const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`))),
  );
  expect(granted.sort()).toEqual([...asked].sort());
});
