import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Response } from "undici";
import { templateKinds } from "../src/rendering/template-kinds.js";
import { discovery } from "../src/sandbox/kubernetes/discovery.js";
import { labels } from "../src/upstreams/cluster.js";
import type { Manifest } from "../src/upstreams/cluster-object.js";
import { objectKinds, rightsFor } from "../src/upstreams/object-kinds.js";
import { KubernetesCluster } from "../src/upstreams/kubernetes/kubernetes-cluster.js";
import { KubernetesConnection, type WireRequest } from "../src/upstreams/kubernetes/kubernetes-connection.js";
import { readConfig } from "../src/config/config.js";
import { installManifests, type ClusterRole } from "./support/install-manifests.js";
import { requiredVariables } from "./support/required-variables.js";

interface Right {
  /** `patch deployments.apps`, or `patch rolebindings.rbac.authorization.k8s.io name` where the rights are for one name. */
  readonly words: string;
  readonly isInNamespace: boolean;
}

/** What RBAC is asked for a request. Discovery asks for nothing that an account has not. */
function rightsOfRequest({ method = "GET", path, query, body }: WireRequest): Right[] {
  const parts = /^\/(?:api|apis\/([^/]+))\/v[^/]+(\/namespaces\/[^/]+(?=\/))?\/([^/]+)(\/[^/]+)?(\/log)?$/.exec(path);
  if (!parts) return [];
  const [, group = "", namespace, resource, name, part] = parts;
  const verbs = {
    // Server-side apply of what is not there yet is checked as a create too.
    PATCH: ["patch", "create"],
    DELETE: ["delete"],
    GET: [query?.["watch"] === "true" ? "watch" : name === undefined ? "list" : "get"],
  }[method];
  const words = verbs.map((verb) => `${verb} ${resource}${part ?? ""}.${group}`);
  if (resource !== "rolebindings")
    return words.map((each) => ({ words: each, isInNamespace: namespace !== undefined }));
  // These must be rights in all namespaces: they are how we come by the others. Whoever binds a role needs `bind` on it.
  const bound = body === undefined ? [] : [`bind clusterroles.${group} ${roleOf(body)}`];
  return [...words.map((each) => `${each} ${name!.slice(1)}`), ...bound].map((each) => ({
    words: each,
    isInNamespace: false,
  }));
}

const roleOf = (body: string): string =>
  (JSON.parse(body) as { readonly roleRef: { readonly name: string } }).roleRef.name;

const asked = { everywhere: new Set<string>(), inNamespaces: new Set<string>() };
const owner = { appId: "app_1", namespace: "pay" };
const left = { metadata: { name: "left", uid: "1", labels: { [labels.app]: owner.appId } } };

/** An API server that notes what it is asked, has every kind, and finds one object of the app in every list. */
async function answer(request: WireRequest, signal: AbortSignal): Promise<Response> {
  for (const { words, isInNamespace } of rightsOfRequest(request))
    (isInNamespace ? asked.inNamespaces : asked.everywhere).add(words);
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
  jest
    .spyOn(KubernetesConnection.prototype, "serviceAccount")
    .mockResolvedValue({ namespace: "orrery", name: "orrery" });
  jest.spyOn(KubernetesConnection.prototype, "send").mockImplementation(answer);
});
afterEach(() => void jest.restoreAllMocks());

test("the service account may do what the server asks of a cluster, and nothing else", async () => {
  const { namespaceRole } = readConfig(requiredVariables);
  const cluster = new KubernetesCluster({ access: { server: "http://nowhere.invalid" }, namespaceRole });
  const running = new AbortController();
  const { signal } = running;
  await cluster.start(signal);
  await cluster.namespaces(signal);
  await cluster.events({ namespace: "pay", kind: "Pod", name: "left" }, signal);
  await cluster.readPodLog({ namespace: "pay", pod: "left", container: "left" }, () => undefined, signal);
  await cluster.prune(owner, [], signal);
  await cluster.removeAll(owner, signal);
  await cluster.dryRuns.clusterContext("pay", signal);
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "pay", name: "left" };
  await cluster.read(claim, signal);
  const kinds = Object.values(templateKinds).flatMap(({ use, promise }) =>
    ["APP", "NAMESPACE"].includes(use) ? (promise ?? []) : [],
  );
  for (const { apiVersion, kind } of kinds) {
    const name = { name: "left", ...(kind !== "Namespace" && { namespace: "pay" }) };
    const manifest: Manifest = { apiVersion, kind, metadata: name };
    await (kind === "Namespace" ? cluster.claim(manifest, signal) : cluster.apply([manifest], signal));
    await cluster.read({ apiVersion, kind, ...name }, signal);
  }
  running.abort();

  const everywhere = grantedBy("orrery");
  const inNamespaces = grantedBy(namespaceRole!);
  expect(everywhere).toEqual([...asked.everywhere].sort());
  expect(inNamespaces).toEqual([...asked.inNamespaces].filter((words) => !everywhere.includes(words)).sort());
  expect(everywhere.filter((words) => /secrets|delete/.test(words))).toEqual([]);
});

test.each(objectKinds)("the rights to $kind are those that the registry of kinds says", (row) => {
  const { everywhere, inNamespaces } = rightsFor(row);
  const group = row.apiVersion.includes("/") ? row.apiVersion.split("/")[0]! : "";
  const granted = (role: string): string[] =>
    grantedBy(role).filter((words) => words.endsWith(` ${row.resource}.${group}`));
  const words = (verbs: readonly string[]): string[] => verbs.map((verb) => `${verb} ${row.resource}.${group}`).sort();
  // A plan reads the claims that an app's pods name, whoever made them.
  const read = row.kind === "PersistentVolumeClaim" ? ["get"] : [];
  expect(granted("orrery")).toEqual(words(everywhere));
  expect(granted(readConfig(requiredVariables).namespaceRole!)).toEqual(words([...inNamespaces, ...read]));
});

function grantedBy(role: string): string[] {
  const { rules } = installManifests.find(
    ({ kind, metadata }) => kind === "ClusterRole" && metadata.name === role,
  ) as ClusterRole;
  return rules
    .flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
      apiGroups
        .flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)))
        .flatMap((words) => resourceNames?.map((name) => `${words} ${name}`) ?? [words]),
    )
    .sort();
}
