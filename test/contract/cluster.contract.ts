import { beforeAll, describe, expect, test } from "@jest/globals";
import { UpstreamRejected } from "../../src/kernel/errors.js";
import { labels, type Cluster } from "../../src/upstreams/cluster.js";
import { type Manifest } from "../../src/upstreams/cluster-object.js";
import { useCluster, type OpenCluster } from "../support/contract-cluster.js";
import { eventually } from "../support/eventually.js";

/** What every Cluster promises, whatever is behind it. */
export function describeCluster(name: string, open: () => Promise<OpenCluster>): void {
  describe(`the cluster ${name}`, () => {
    const contract = useCluster("contract", open);
    const { signal, namespace, changed, serial, newOwner, metadata, configMap, deployment, stored } = contract;
    let opened: OpenCluster;
    let cluster: Cluster;

    beforeAll(() => {
      opened = contract.opened();
      cluster = contract.cluster();
    });

    const refusalOf = async (promise: Promise<unknown>): Promise<UpstreamRejected> => {
      const error = await promise.then(() => undefined).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(UpstreamRejected);
      return error as UpstreamRejected;
    };

    describe("apply", () => {
      test("creates what is missing, changes what differs, and repeats without effect", async () => {
        const owner = newOwner();
        const first = configMap(owner, `settings-${serial()}`, { colour: "red", size: "1" });
        await cluster.apply([first], signal);
        const before = await stored(first);
        expect(before).toMatchObject({
          data: { colour: "red", size: "1" },
          metadata: { labels: first.metadata.labels },
        });

        await cluster.apply([first], signal);
        expect(await stored(first)).toEqual(before);

        const second = { ...first, data: { colour: "blue" } };
        await cluster.apply([second], signal);
        expect((await stored(second))?.["data"]).toEqual({ colour: "blue" });
      });

      test("leaves the fields of others alone and takes back its own", async () => {
        const owner = newOwner();
        const ours = configMap(owner, `shared-${serial()}`, { ours: "1", contested: "ours" });
        await cluster.apply([ours], signal);
        const { name } = ours.metadata;
        await opened.applyAs("someone-else", {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name, namespace },
          data: { theirs: "2", contested: "theirs" },
        });
        await cluster.apply([ours], signal);
        expect((await stored(ours))?.["data"]).toEqual({ ours: "1", theirs: "2", contested: "ours" });
      });

      test("keeps the order, and stops at the first refusal", async () => {
        const owner = newOwner();
        const good = configMap(owner, `good-${serial()}`, {});
        const late = configMap(owner, `late-${serial()}`, {});
        const bad = { ...configMap(owner, `bad-${serial()}`, {}), data: { key: { not: "a string" } } } as Manifest;
        const refusal = await refusalOf(cluster.apply([good, bad, late], signal));
        expect(refusal.message).toContain(bad.metadata.name);
        expect(await stored(good)).toBeDefined();
        expect(await stored(late)).toBeUndefined();
      });

      test("into a namespace that is not there is a refusal that names the object", async () => {
        const homeless = configMap({ ...newOwner(), namespace: "nowhere-at-all" }, "homeless", {});
        const refusal = await refusalOf(cluster.apply([homeless], signal));
        expect(refusal).toMatchObject({ status: 404, upstream: "kubernetes" });
        expect(refusal.message).toMatch(/ConfigMap nowhere-at-all\/homeless.*namespaces "nowhere-at-all" not found/);
      });

      test("of an invalid object is a refusal in Kubernetes' own words", async () => {
        const owner = newOwner();
        const invalid = deployment(owner, `invalid-${serial()}`, "x:1", "rel_1", -1);
        const refusal = await refusalOf(cluster.apply([invalid], signal));
        expect(refusal.status).toBe(422);
        expect(refusal.message).toMatch(/spec\.replicas.*must be greater than or equal to 0/);
      });

      test("of a value that is none is a refusal, not an outage", async () => {
        const owner = newOwner();
        const containers = [{ name: "web", image: "x:1", resources: { limits: { cpu: "lots" } } }];
        const base = deployment(owner, `greedy-${serial()}`, "x:1");
        const template = { ...(base["spec"] as { template: object }).template, spec: { containers } };
        const greedy = { ...base, spec: { ...(base["spec"] as object), template } };
        const refusal = await refusalOf(cluster.apply([greedy], signal));
        expect(refusal.message).toContain(greedy.metadata.name);
        expect(refusal.message).toContain("quantities must match");
      });

      test("of a kind that the cluster does not have is a refusal", async () => {
        const owner = newOwner();
        const unknown = { ...configMap(owner, "x", {}), apiVersion: "example.org/v1", kind: "Teapot" } as Manifest;
        const refusal = await refusalOf(cluster.apply([unknown], signal));
        expect(refusal).toMatchObject({ status: 404 });
        expect(refusal.message).toContain("Teapot");
      });

      test("accepts an image pull secret", async () => {
        const owner = newOwner();
        const config = { auths: { "registry.example.org": { auth: Buffer.from("robot:secret").toString("base64") } } };
        const secret: Manifest = {
          apiVersion: "v1",
          kind: "Secret",
          metadata: metadata(owner, `pull-${serial()}`),
          type: "kubernetes.io/dockerconfigjson",
          data: { ".dockerconfigjson": Buffer.from(JSON.stringify(config)).toString("base64") },
        };
        await cluster.apply([secret], signal);
        expect(await stored(secret)).toMatchObject({ type: "kubernetes.io/dockerconfigjson" });
      });
    });

    test("dryRun shows what would be stored, defaults included, and stores nothing", async () => {
      const planned = deployment(newOwner(), `planned-${serial()}`, "x:1");
      const [seen] = await cluster.dryRun([planned], signal);
      expect(seen).toMatchObject({ kind: "Deployment", spec: { replicas: 2, strategy: { type: "RollingUpdate" } } });
      expect(await stored(planned)).toBeUndefined();
    });

    test("prune removes what is not kept, of this owner only: no claim on storage, nothing that a controller made", async () => {
      const [owner, otherTenant] = [newOwner(), newOwner()];
      const kept = configMap(owner, `kept-${serial()}`, {});
      const dropped = configMap(owner, `dropped-${serial()}`, {});
      const service: Manifest = {
        apiVersion: "v1",
        kind: "Service",
        metadata: metadata(owner, `dropped-${serial()}`),
        spec: { selector: { [labels.app]: owner.appId }, ports: [{ port: 80, protocol: "TCP" }] },
      };
      const claim: Manifest = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata(owner, `data-${serial()}`),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      };
      const theirs = configMap(otherTenant, `theirs-${serial()}`, {});
      await cluster.apply([kept, dropped, service, claim, theirs], signal);
      const { uid } = (await stored(kept))!.metadata as unknown as { readonly uid: string };
      const controller = { apiVersion: "v1", kind: "ConfigMap", name: kept.metadata.name, uid, controller: true };
      const made = configMap(owner, `made-${serial()}`, {});
      const madeByIt = { ...made, metadata: { ...made.metadata, ownerReferences: [controller] } } as Manifest;
      await cluster.apply([madeByIt], signal);

      const removed = await cluster.prune(owner, [kept], signal);
      expect(removed.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(
        [`ConfigMap ${dropped.metadata.name}`, `Service ${service.metadata.name}`].sort(),
      );
      expect(await stored(dropped)).toBeUndefined();
      expect(await stored(kept)).toBeDefined();
      expect(await stored(made)).toBeDefined();
      expect(await stored(claim)).toBeDefined();
      expect(await stored(theirs)).toBeDefined();
      expect(await cluster.prune(owner, [kept], signal)).toEqual([]);
    });

    test("a deployment's workload and pods appear, become ready, follow a new release and go", async () => {
      const owner = newOwner();
      const name = `web-${serial()}`;
      await cluster.apply([deployment(owner, name, "x:1")], signal);
      await eventually(() => {
        expect(cluster.workload(owner)).toMatchObject({ name, appId: owner.appId, releaseId: "rel_1", image: "x:1" });
        expect(cluster.workload(owner)).toMatchObject({ desired: 2, updated: 2, ready: 2, available: 2, total: 2 });
        expect(cluster.pods(owner)).toHaveLength(2);
      });
      const { generation, observedGeneration } = cluster.workload(owner)!;
      expect(observedGeneration).toBeGreaterThanOrEqual(generation);
      for (const pod of cluster.pods(owner)) {
        expect(pod).toMatchObject({ phase: "RUNNING", ready: true, leaving: false, releaseId: "rel_1" });
        expect(pod.containers).toMatchObject([{ name, image: "x:1", phase: "RUNNING", ready: true }]);
        expect(pod.node).toBeDefined();
      }
      expect(changed).toContainEqual(owner);

      await cluster.apply([deployment(owner, name, "x:2", "rel_2")], signal);
      await eventually(() => {
        expect(cluster.workload(owner)).toMatchObject({
          releaseId: "rel_2",
          image: "x:2",
          updated: 2,
          available: 2,
          total: 2,
        });
        expect(cluster.pods(owner).map(({ releaseId }) => releaseId)).toEqual(["rel_2", "rel_2"]);
      });

      changed.length = 0;
      await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
      await eventually(() => {
        expect(cluster.workload(owner)).toBeUndefined();
        expect(cluster.pods(owner)).toEqual([]);
      });
      expect(changed).toContainEqual(owner);
    }, 60_000);

    test.each([
      ["an image that cannot be pulled", "x:missing", "ImagePullBackOff"],
      ["a program that ends at once", "x:crash", "CrashLoopBackOff"],
    ])("%s shows as the container's reason", async (_what, image, reason) => {
      const owner = newOwner();
      await cluster.apply([deployment(owner, `broken-${serial()}`, image, "rel_1", 1)], signal);
      await eventually(() => {
        expect(cluster.pods(owner)).toMatchObject([{ ready: false, containers: [{ phase: "WAITING", reason }] }]);
      });
      if (reason === "CrashLoopBackOff") {
        expect(cluster.pods(owner)[0]!.containers[0]).toMatchObject({ lastExitCode: 1 });
      }
      expect(cluster.workload(owner)).toMatchObject({ desired: 1, ready: 0 });
      await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
    });

    test("the events of a pod are there, newest first, and only its own", async () => {
      const owner = newOwner();
      await cluster.apply([deployment(owner, `noted-${serial()}`, "x:1", "rel_1", 1)], signal);
      await eventually(async () => {
        const [pod] = cluster.pods(owner);
        expect(pod?.ready).toBe(true);
        const events = await cluster.events({ namespace, kind: "Pod", name: pod!.name }, signal);
        expect(events.map(({ reason }) => reason)).toContain("Scheduled");
        const times = events.map(({ lastSeenAt }) => lastSeenAt.getTime());
        expect(times).toEqual([...times].sort((a, b) => b - a));
      });
      expect(await cluster.events({ namespace, kind: "Pod", name: "none-of-this-name" }, signal)).toEqual([]);
    });

    test("namespaces tells which ones are ours, and their Secrets alone are seen", async () => {
      const claimed = `${namespace}-ours`;
      const secrets = { apiVersion: "v1", kind: "Secret", namespace: claimed };
      await cluster.claim({ apiVersion: "v1", kind: "Namespace", metadata: { name: claimed } }, signal);
      await eventually(() => expect(cluster.hasAll(secrets)).toBe(true));
      expect(cluster.hasAll({ ...secrets, namespace: "default" })).toBe(false);
      const seen = await cluster.namespaces(signal);
      expect(seen).toContainEqual({ name: claimed, managedByUs: true, terminating: false });
      expect(seen).toContainEqual({ name: "default", managedByUs: false, terminating: false });
      await opened.removeNamespace(claimed);
      await eventually(() => expect(cluster.hasAll(secrets)).toBe(false), 30_000);
    });

    test("reads nothing where there is nothing", async () => {
      expect(await stored(configMap(newOwner(), "absent", {}))).toBeUndefined();
    });

    test("a call under an aborted signal rejects with the caller's own reason", async () => {
      const left = AbortSignal.abort(new Error("the caller left"));
      await expect(cluster.namespaces(left)).rejects.toThrow("the caller left");
    });

    test("is fed while it watches", () => {
      expect(cluster.health()).toMatchObject({ reachable: true });
    });
  });
}
