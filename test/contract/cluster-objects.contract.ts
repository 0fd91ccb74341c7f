import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Cluster } from "../../src/upstreams/cluster.js";
import { refOf, type AppRef, type Manifest } from "../../src/upstreams/cluster-object.js";
import type { LiveField, LiveObject } from "../../src/upstreams/live-object.js";
import { useCluster, type OpenCluster } from "../support/contract-cluster.js";
import { eventually } from "../support/eventually.js";

/** What every Cluster promises about the objects that it watches. */
export function describeClusterObjects(name: string, open: () => Promise<OpenCluster>): void {
  describe(`the objects of the cluster ${name}`, () => {
    const contract = useCluster("objects", open);
    const { signal, namespace, changed, serial, newOwner, metadata, deployment, stored } = contract;
    let opened: OpenCluster;
    let cluster: Cluster;

    beforeAll(() => {
      opened = contract.opened();
      cluster = contract.cluster();
    });

    const drifted = (owner: AppRef, kind: string, name: string) =>
      cluster.objects(owner).find((each) => each.kind === kind && each.name === name)!;
    /** Every field that somebody set, by its path, with its value and who set it. */
    const fieldsOf = (object: LiveObject): Record<string, [unknown, ...string[]]> => {
      const found: Record<string, [unknown, ...string[]]> = {};
      const visit = ({ value, owners, children }: LiveField, path: string): void => {
        if (owners.length > 0) found[path] = [value, ...owners.map(({ kind, manager }) => `${kind} ${manager}`)];
        for (const { step, field } of children)
          visit(field, `${path}/${typeof step === "string" ? step : JSON.stringify(step)}`);
      };
      visit(object.fields(), "");
      return found;
    };

    test("of every kind are there as soon as they were applied, and go when they are removed", async () => {
      const owner = newOwner();
      const name = `seen-${serial()}`;
      const of = (apiVersion: string, kind: string, content: object): Manifest => ({
        apiVersion,
        kind,
        metadata: metadata(owner, name),
        ...content,
      });
      const backend = { service: { name, port: { number: 80 } } };
      const rules = [{ host: "x.example.org", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
      const manifests = [
        of("v1", "ConfigMap", { data: { a: "1" } }),
        of("v1", "Secret", { data: { a: Buffer.from("hidden").toString("base64") } }),
        of("v1", "Service", { spec: { ports: [{ port: 80, protocol: "TCP" }] } }),
        of("v1", "ServiceAccount", {}),
        of("networking.k8s.io/v1", "Ingress", { spec: { rules } }),
        of("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: { matchLabels: { a: "b" } } } }),
        deployment(owner, name, "x:1", "rel_1", 0),
      ];
      await cluster.apply(manifests, signal);
      expect(
        cluster
          .objects(owner)
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(manifests.map(({ kind }) => kind).sort());
      for (const manifest of manifests) expect(cluster.hasAll(refOf(manifest))).toBe(true);
      expect(cluster.hasAll({ apiVersion: "example.org/v1", kind: "Teapot" })).toBe(false);
      expect(cluster.objects(owner)).toBe(cluster.objects(owner));
      expect(JSON.stringify(cluster.objects(owner))).not.toContain(Buffer.from("hidden").toString("base64"));

      changed.length = 0;
      await cluster.apply([{ ...manifests[0]!, data: { a: "2" } }], signal);
      expect(fieldsOf(drifted(owner, "ConfigMap", name))["/data/a"]).toEqual(["2", "PLATFORM orrery"]);
      expect(changed).toContainEqual(owner);
      await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
      await eventually(() => expect(cluster.objects(owner)).toEqual([]));
    }, 60_000);

    test("of a claim on storage tell what others changed, and outlive the app", async () => {
      const owner = newOwner();
      const name = `claim-${serial()}`;
      const claim: Manifest = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata(owner, name),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      };
      await cluster.apply([claim], signal);
      expect(cluster.hasAll(refOf(claim))).toBe(true);
      const size = "/spec/resources/requests/storage";
      expect(fieldsOf(drifted(owner, claim.kind, name))[size]).toEqual(["1Gi", "PLATFORM orrery"]);
      const labelled = { ...claim.metadata, labels: { ...claim.metadata.labels, tier: "gold" } };
      await opened.applyAs("kubectl", { apiVersion: "v1", kind: claim.kind, metadata: labelled });
      await eventually(() =>
        expect(fieldsOf(drifted(owner, claim.kind, name))["/metadata/labels/tier"]).toEqual(["gold", "OTHER kubectl"]),
      );

      expect(await cluster.prune(owner, [], signal)).toEqual([]);
      await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
      expect(await stored(claim)).toBeDefined();
      expect(cluster.objects(owner)).toHaveLength(1);
    });

    test("tell who set what, in the cluster's own writing; what nobody set is no field", async () => {
      const owner = newOwner();
      const name = `owned-${serial()}`;
      const base = deployment(owner, name, "x:1", "rel_1", 0);
      const given = {
        name,
        image: "x:1",
        args: ["a"],
        command: [],
        resources: { limits: { cpu: "0.5", memory: "1024Mi" } },
      };
      const withContainer = (container: object, spec: object = {}): Manifest => {
        const { template } = base["spec"] as { readonly template: object };
        const whole = {
          ...(base["spec"] as object),
          ...spec,
          template: { ...template, spec: { containers: [container] } },
        };
        return { ...base, spec: whole };
      };
      await cluster.apply([withContainer(given)], signal);
      const container = `/spec/template/spec/containers/${JSON.stringify({ name })}`;
      const before = fieldsOf(drifted(owner, "Deployment", name));
      expect(before).toMatchObject({
        "/spec/replicas": [0, "PLATFORM orrery"],
        [`${container}/image`]: ["x:1", "PLATFORM orrery"],
        [`${container}/args`]: [["a"], "PLATFORM orrery"],
        [`${container}/command`]: [undefined, "PLATFORM orrery"],
        [`${container}/resources/limits/cpu`]: ["500m", "PLATFORM orrery"],
        [`${container}/resources/limits/memory`]: ["1Gi", "PLATFORM orrery"],
      });
      expect(Object.keys(before).filter((path) => /status|imagePullPolicy|revisionHistory/.test(path))).toEqual([]);

      // A colleague takes a field over, and adds some.
      await opened.editAs("kubectl-edit", base, (stored) => {
        const { spec } = stored as { spec: { template: { spec: { containers: object[] } } } };
        const { containers } = spec.template.spec;
        Object.assign(spec, { revisionHistoryLimit: 3 });
        Object.assign(containers[0]!, { image: "x:2", env: [{ name: "MORE", value: "1" }] });
        containers.push({ name: "side", image: "side:1" });
      });
      await eventually(() => {
        const after = fieldsOf(drifted(owner, "Deployment", name));
        expect(after).toMatchObject({
          "/spec/revisionHistoryLimit": [3, "OTHER kubectl-edit"],
          [`${container}/image`]: ["x:2", "OTHER kubectl-edit"],
          [`${container}/args`]: [["a"], "PLATFORM orrery"],
          [`${container}/env/{"name":"MORE"}/value`]: ["1", "OTHER kubectl-edit"],
          [`/spec/template/spec/containers/{"name":"side"}/image`]: ["side:1", "OTHER kubectl-edit"],
        });
      });

      // What others set is taken out of where it is, and nothing else.
      const containers = ["spec", "template", "spec", "containers"];
      const which = [
        ["spec", "revisionHistoryLimit"],
        [...containers, { name: "side" }],
        [...containers, { name }, "env"],
        [...containers, { name: "nobody" }],
      ];
      const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
      await cluster.removeFields(ref, () => which, signal);
      await cluster.apply([withContainer(given)], signal);
      const repaired = fieldsOf(drifted(owner, "Deployment", name));
      expect(repaired).toMatchObject(before);
      expect(
        Object.values(repaired)
          .flat()
          .filter((each) => String(each).startsWith("OTHER")),
      ).toEqual([]);
      expect(await stored(base)).toMatchObject({
        spec: { revisionHistoryLimit: 10, template: { spec: { containers: [{ name, image: "x:1" }] } } },
      });
      await cluster.removeFields(ref, () => [], signal);
      await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
    }, 60_000);

    test("are told from what a controller made", async () => {
      const owner = newOwner();
      const name = `made-${serial()}`;
      await cluster.apply([deployment(owner, name, "x:1", "rel_1", 1)], signal);
      await eventually(() => expect(cluster.workload(owner)).toMatchObject({ ready: 1 }));
      expect(cluster.objects(owner).map(({ kind }) => kind)).toEqual(["Deployment"]);
      await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
    }, 60_000);
  });
}
