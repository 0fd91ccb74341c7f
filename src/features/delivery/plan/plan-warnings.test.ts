import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { ClusterContext } from "../../../upstreams/dry-run.js";
import { referencesOf, warningsOf } from "./plan-warnings.js";

const around: ClusterContext = { quotas: [], nodes: [], hosts: [] };
const deployment = (pod: object, replicas = 2): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: { replicas, template: { spec: pod } },
});
const container = (more: object = {}) => ({ containers: [{ name: "web", ...more }] });
const codes = (...given: Parameters<typeof warningsOf>) => warningsOf(...given).map(({ code }) => code);

test("what pods need of others is found wherever Kubernetes lets it be named, once, unless it is optional or brought along", () => {
  const pod = {
    imagePullSecrets: [{ name: "pull" }],
    initContainers: [{ envFrom: [{ configMapRef: { name: "init" } }] }],
    containers: [
      {
        env: [
          { valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
          { valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
          { valueFrom: { configMapKeyRef: { name: "own", key: "a" } } },
          { value: "x" },
        ],
        envFrom: [{ secretRef: { name: "maybe", optional: true } }],
      },
    ],
    volumes: [{ persistentVolumeClaim: { claimName: "data" } }, { secret: { secretName: "tls" } }],
  };
  const own: Manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "own" } };
  expect(referencesOf([deployment(pod), own])).toEqual([
    { kind: "ConfigMap", name: "init" },
    { kind: "Secret", name: "db", key: "password" },
    { kind: "Secret", name: "pull" },
    { kind: "PersistentVolumeClaim", name: "data" },
    { kind: "Secret", name: "tls" },
  ]);
});

describe("a warning", () => {
  test("of a probe whose port the container does not expose, by number or name", () => {
    const ports = [{ name: "http", containerPort: 8080 }];
    const probing = (port: number | string) => deployment(container({ ports, readinessProbe: { httpGet: { port } } }));
    expect(codes([probing(8080), probing("http")], [], [], around)).toEqual([]);
    expect(codes([probing(9090)], [], [], around)).toEqual(["PROBE_PORT_NOT_EXPOSED"]);
    expect(codes([probing("admin")], [], [], around)).toEqual(["PROBE_PORT_NOT_EXPOSED"]);
  });

  test.each<[string, string, number, number, string[]]>([
    ["pods", "1", 3, 2, []],
    ["pods", "1", 3, 1, []],
    ["pods", "1", 1, 0, ["QUOTA_EXCEEDED"]],
    ["requests.cpu", "500m", 1, 0, []],
    ["requests.cpu", "600m", 1, 0, ["QUOTA_EXCEEDED"]],
    ["limits.cpu", "600m", 1, 0, []],
  ])("of a quota on %s at %s each, %d allowed and %d used", (resource, cpu, hard, used, expected) => {
    const wanted = deployment(container({ resources: { requests: { cpu } } }));
    const quotas = [{ name: "team", resource, hard, used }];
    const live = used > 0 ? [deployment(container(), used)] : [];
    expect(codes([wanted], live, [], { ...around, quotas })).toEqual(expected);
  });

  test("of replicas that no node has room for, even when nothing else runs there", () => {
    const nodes = [
      { name: "a", cpu: 2, memory: 4e9, pods: 110 },
      { name: "b", cpu: 1, memory: 4e9, pods: 110 },
    ];
    const wanted = (replicas: number) =>
      deployment(container({ resources: { requests: { cpu: "1", memory: "1G" } } }), replicas);
    expect(codes([wanted(3)], [], [], { ...around, nodes })).toEqual([]);
    expect(codes([wanted(4)], [], [], { ...around, nodes })).toEqual(["REPLICAS_ABOVE_NODES"]);
  });

  test("of a host that another Ingress serves, whatever the path, and not of one's own", () => {
    const ingress: Manifest = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "web", namespace: "shop" },
      spec: { rules: [{ host: "a.example.com", http: { paths: [{ path: "/" }] } }] },
    };
    const claimed = (name: string, path: string) => ({
      ...around,
      hosts: [{ namespace: "shop", name, host: "a.example.com", path }],
    });
    expect(codes([ingress], [], [], claimed("web", "/"))).toEqual([]);
    expect(codes([ingress], [], [], claimed("other", "/other"))).toEqual(["HOST_TAKEN"]);
    expect(codes([ingress], [], [], claimed("other", "/"))).toEqual(["HOST_TAKEN"]);
  });

  test("of what is missing, and of what nobody could look at", () => {
    const missing = [{ kind: "Secret", name: "db", key: "password" }] as const;
    expect(codes([], [], missing, {})).toEqual(["SECRET_MISSING", "UNCHECKED", "UNCHECKED", "UNCHECKED"]);
  });
});
