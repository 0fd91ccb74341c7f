import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { everyHost } from "../namespace/domain.rules.js";
import { hostsOf } from "./ingress-hosts.js";
import { outsideHolder } from "./outside-hosts.js";

const ingress = (spec: object, annotations?: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "web", namespace: "shop", ...(annotations && { annotations }) },
  spec,
});

test.each<[string, Manifest, string[]]>([
  [
    "of its rules, each once",
    ingress({ rules: [{ host: "b.org" }, { host: "a.org" }, { host: "b.org" }] }),
    ["a.org", "b.org"],
  ],
  ["in their normal spelling", ingress({ rules: [{ host: "A.org." }] }), ["a.org"]],
  ["of its certificates", ingress({ rules: [{ host: "a.org" }], tls: [{ hosts: ["b.org"] }] }), ["a.org", "b.org"]],
  [
    "of annotations that controllers serve",
    ingress(
      { rules: [{ host: "a.org" }] },
      {
        "nginx.ingress.kubernetes.io/server-alias": "b.org, c.org",
        "external-dns.alpha.kubernetes.io/hostname": "d.org",
      },
    ),
    ["a.org", "b.org", "c.org", "d.org"],
  ],
  ["a wildcard as it is", ingress({ rules: [{ host: "*.a.org" }] }), ["*.a.org"]],
  ["every one, for a rule without a host", ingress({ rules: [{}] }), [everyHost]],
  [
    "every one, for a default backend",
    ingress({ rules: [{ host: "a.org" }], defaultBackend: {} }),
    [everyHost, "a.org"],
  ],
  ["none of another kind", { ...ingress({ rules: [{ host: "a.org" }] }), kind: "ConfigMap" }, []],
])("the hosts of an Ingress: %s", (_which, manifest, hosts) => {
  expect(hostsOf([manifest])).toEqual(hosts);
});

describe("who serves a host outside of the platform", () => {
  const manifests = [ingress({ rules: [{ host: "a.org" }] })];
  const other = { namespace: "elsewhere", name: "rival", host: "a.org", path: "/x" };

  test.each([
    ["another Ingress, whatever its path", other, true],
    ["not one of another host", { ...other, host: "b.org" }, false],
    ["not one that the platform made", { ...other, appId: "app_1" }, false],
    ["not the one that is applied over", { ...other, namespace: "shop", name: "web" }, false],
    ["one of the same name in another namespace", { ...other, name: "web" }, true],
  ])("%s", (_who, claimed, does) => {
    expect(outsideHolder(manifests, [claimed])).toBe(does ? claimed : undefined);
  });
});
