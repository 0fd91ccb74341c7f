import { type Kind, apiVersionOf, kinds } from "./kinds.js";
import type { Fields } from "./kube-object.js";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

const subresourceVerbs: Readonly<Record<string, readonly string[]>> = { log: ["get"], exec: ["create", "get"] };

const versionInfo: Fields = {
  major: "1",
  minor: "31",
  gitVersion: "v1.31.0-sandbox",
  gitCommit: "sandbox",
  gitTreeState: "clean",
  buildDate: "2024-08-13T07:37:34Z",
  goVersion: "go1.22.5",
  compiler: "gc",
  platform: "linux/amd64",
};

const groupVersions = [...new Set(kinds.map(apiVersionOf))];

function resources(kind: Kind): Fields[] {
  const { plural, namespaced, shortNames, subresources } = kind;
  const main = {
    name: plural,
    singularName: kind.kind.toLowerCase(),
    namespaced,
    kind: kind.kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
  };
  const others = subresources.map((name) => ({
    name: `${plural}/${name}`,
    singularName: "",
    namespaced,
    ...(name === "scale" && { group: "autoscaling", version: "v1" }),
    kind: name === "scale" ? "Scale" : kind.kind,
    verbs: subresourceVerbs[name] ?? ["get", "patch", "update"],
  }));
  return [main, ...others];
}

const groups = groupVersions
  .filter((groupVersion) => groupVersion.includes("/"))
  .map((groupVersion) => {
    const [name, version] = groupVersion.split("/") as [string, string];
    return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
  });

/** What the server says of itself at this path, if it is one of discovery's. */
export function discovery(path: string): Fields | undefined {
  if (path === "/version") return versionInfo;
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups };
  const groupVersion = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1];
  const group = groups.find(({ name }) => path === `/apis/${name}`);
  if (group) return { kind: "APIGroup", apiVersion: "v1", ...group };
  const served = kinds.filter(
    (kind) => apiVersionOf(kind) === groupVersion && path.startsWith(groupVersion === "v1" ? "/api/" : "/apis/"),
  );
  if (served.length === 0) return undefined;
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: served.flatMap(resources) };
}
