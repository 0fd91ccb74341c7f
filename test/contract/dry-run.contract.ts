import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { labels, type Cluster } from "../../src/upstreams/cluster.js";
import type { Manifest, AppRef } from "../../src/upstreams/cluster-object.js";
import type { OpenCluster } from "../support/contract-cluster.js";
import { ObjectTerminating } from "../../src/upstreams/object-terminating.js";
import { eventually } from "../support/eventually.js";

/** What every Cluster promises to tell before it is done. */
export function describeDryRun(name: string, open: () => Promise<OpenCluster>): void {
  describe(`the dry run ${name}`, () => {
    const signal = AbortSignal.timeout(120_000);
    const namespace = `dry-run-${Date.now().toString(36)}`;
    const owner: AppRef = { appId: `app_${Date.now().toString(36)}`, namespace };
    let opened: OpenCluster;
    let cluster: Cluster;

    const metadata = (name: string) => ({
      name,
      namespace,
      labels: { [labels.managedBy]: labels.managedByUs, [labels.app]: owner.appId },
    });
    const configMap = (name: string, data: Record<string, string>): Manifest => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(name),
      data,
    });
    const deployment = (name: string, image: string, selector = name): Manifest => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(name),
      spec: {
        replicas: 0,
        selector: { matchLabels: { name: selector } },
        template: {
          metadata: { labels: { name: selector, [labels.app]: owner.appId } },
          spec: { containers: [{ name: "web", image }] },
        },
      },
    });
    const preview = (manifest: Manifest) => cluster.dryRuns.preview(manifest, signal);
    const stored = ({ apiVersion, kind, metadata: { name } }: Manifest) =>
      cluster.read({ apiVersion, kind, namespace, name }, signal);

    beforeAll(async () => {
      opened = await open();
      cluster = opened.cluster;
      await opened.createNamespace(namespace);
    }, 60_000);
    afterAll(async () => {
      await opened?.removeNamespace(namespace);
      await opened?.close();
    }, 60_000);

    test("shows an object that would be made as it would be stored, and makes nothing", async () => {
      const planned = deployment("planned", "x:1");
      const { before, after, refusal } = await preview(planned);
      expect({ before, refusal }).toEqual({});
      expect(after).toMatchObject({ kind: "Deployment", spec: { replicas: 0, strategy: { type: "RollingUpdate" } } });
      expect(await stored(planned)).toBeUndefined();
    });

    test("shows an object before and after, without what the server keeps about it: what nobody changes is the same", async () => {
      await cluster.apply([deployment("known", "x:1")], signal);
      const same = await preview(deployment("known", "x:1"));
      expect(same.after).toEqual(same.before!.manifest);
      // Its controller counts on it, now or in a moment: no change that anybody planned.
      await eventually(async () =>
        expect((await stored(deployment("known", "")))?.metadata.annotations).toHaveProperty([
          "deployment.kubernetes.io/revision",
        ]),
      );
      const counted = await preview(deployment("known", "x:1"));
      expect([counted.before!.manifest, counted.after]).toEqual([same.before!.manifest, same.after]);
      const { before, after } = await preview(deployment("known", "x:2"));
      const image = (manifest: Manifest | undefined) =>
        JSON.stringify(manifest?.["spec"]).match(/"image":"([^"]+)"/)![1];
      expect([image(before!.manifest), image(after)]).toEqual(["x:1", "x:2"]);
      expect(Object.keys(before!.manifest)).toEqual(expect.not.arrayContaining(["status"]));
      expect(Object.keys(before!.manifest.metadata)).toEqual(expect.not.arrayContaining(["uid", "managedFields"]));
      expect(before!.uid).toBe((await stored(deployment("known", "")))!.metadata["uid" as "name"]);
    });

    test("tells a field that can never change, an object that is wrong, and a namespace that is not there", async () => {
      await cluster.apply([deployment("fixed", "x:1")], signal);
      expect((await preview(deployment("fixed", "x:1", "other"))).refusal).toMatchObject({ reason: "IMMUTABLE" });
      const wrong = await preview({ ...deployment("wrong", "x:1"), spec: { replicas: 1 } });
      expect(wrong.refusal).toMatchObject({ reason: "INVALID", message: expect.stringContaining("spec") });
      const elsewhere = { ...configMap("a", {}), metadata: { name: "a", namespace: `${namespace}-not` } };
      expect((await preview(elsewhere)).refusal).toMatchObject({ reason: "NO_NAMESPACE" });
    });

    test("applies over what was seen, and not over what somebody else has changed since", async () => {
      const settings = configMap("settings", { a: "1" });
      await cluster.apply([settings], signal);
      const { before } = await preview(settings);
      await opened.applyAs("colleague", { ...settings, data: { b: "2" } });
      expect(await cluster.applyIfVersion(configMap("settings", { a: "2" }), before!.version, signal)).toBe(false);
      expect(await stored(settings)).toMatchObject({ data: { a: "1", b: "2" } });
      const seen = await preview(settings);
      expect(await cluster.applyIfVersion(configMap("settings", { a: "2" }), seen.before!.version, signal)).toBe(true);
      expect(await stored(settings)).toMatchObject({ data: { a: "2", b: "2" } });
    });

    test("replaces what can never change, once, however often it is asked", async () => {
      const before = deployment("replaced", "x:1");
      await cluster.apply([before], signal);
      const { uid } = (await preview(before)).before!;
      const after = deployment("replaced", "x:1", "other");
      const replaced = () => eventually(() => cluster.replace(after, uid, signal));
      await replaced();
      const made = (await preview(after)).before!;
      expect(made.uid).not.toBe(uid);
      expect(made.manifest).toMatchObject({ spec: { selector: { matchLabels: { name: "other" } } } });
      await replaced();
      expect((await preview(after)).before!.uid).toBe(made.uid);
    }, 60_000);

    test("does not wait for an object that its finalizers keep, and replaces it once they are gone", async () => {
      const before = deployment("kept", "x:1");
      await cluster.apply([before], signal);
      const finalized = (finalizers: readonly string[]): Manifest =>
        ({
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "kept", namespace, finalizers },
        }) as unknown as Manifest;
      await opened.applyAs("colleague", finalized(["example.com/backup"]));
      const { uid } = (await preview(before)).before!;
      const after = deployment("kept", "x:1", "other");
      for (let time = 1; time <= 2; time++) {
        const refused = cluster.replace(after, uid, signal);
        await expect(refused).rejects.toBeInstanceOf(ObjectTerminating);
        await expect(refused).rejects.toThrow("example.com/backup");
      }
      expect((await preview(before)).before!.uid).toBe(uid);
      await opened.editAs("colleague", before, (object) => {
        (object as { metadata: { finalizers: string[] } }).metadata.finalizers = [];
      });
      await eventually(() => cluster.replace(after, uid, signal));
      expect((await preview(after)).before!.uid).not.toBe(uid);
    }, 60_000);

    const probed = (probe: object | undefined, image = "x:1"): Manifest => {
      const { spec, ...rest } = deployment("probed", image) as Manifest & { readonly spec: object };
      const container = { name: "web", image, ...(probe && { readinessProbe: probe }) };
      const template = { metadata: { labels: { name: "probed" } }, spec: { containers: [container] } };
      return { ...rest, spec: { ...spec, template } };
    };
    const probeOf = (manifest: Manifest | undefined): object => {
      const { template } = manifest!["spec"] as { template: { spec: { containers: { readinessProbe?: object }[] } } };
      return template.spec.containers[0]!.readinessProbe ?? {};
    };

    test.each<[string, object | undefined]>([
      ["is taken away", undefined],
      ["is asked otherwise", { tcpSocket: { port: 9 } }],
    ])("a probe that %s leaves nothing behind, and one dry run tells so before", async (_what, probe) => {
      await cluster.apply([probed({ httpGet: { path: "/h", port: 8080 }, periodSeconds: 2 })], signal);
      const wanted = probed(probe, "x:2");
      const { after, refusal } = await preview(wanted);
      expect(refusal).toBeUndefined();
      // Its status is written meanwhile, and makes other versions of it.
      await eventually(async () => {
        const { before } = await preview(wanted);
        expect(await cluster.applyIfVersion(wanted, before!.version, signal)).toBe(true);
      });
      const now = await stored(wanted);
      for (const seen of [after, now]) {
        expect(JSON.stringify(seen)).toContain("x:2");
        expect(JSON.stringify(seen)).not.toContain("/h");
        expect(Object.keys(probeOf(seen)).includes("tcpSocket")).toBe(probe !== undefined);
        expect(probeOf(seen)).not.toHaveProperty("httpGet");
      }
      // What is wrong beside is refused before anything is taken away.
      await cluster.apply([probed({ httpGet: { path: "/h", port: 8080 } })], signal);
      const wrong = probed(probe, "");
      expect((await preview(wrong)).refusal).toMatchObject({ reason: "INVALID" });
      await expect(cluster.apply([wrong], signal)).rejects.toMatchObject({ status: 422 });
      expect(probeOf(await stored(wrong))).toHaveProperty("httpGet");
    });

    test("tells what would be removed", async () => {
      const [kept, dropped] = [configMap("kept", {}), configMap("dropped", {})];
      await cluster.apply([kept, dropped], signal);
      const found = await cluster.dryRuns.removable(owner, [kept], signal);
      expect(found).toContainEqual(expect.objectContaining({ kind: "ConfigMap", name: "dropped" }));
      expect(found).not.toContainEqual(expect.objectContaining({ kind: "ConfigMap", name: "kept" }));
      expect(await stored(dropped)).toBeDefined();
    });

    test("sees every object of a kind in a namespace, whoever made it", async () => {
      await opened.applyAs("colleague", {
        ...configMap("theirs", { a: "1" }),
        metadata: { name: "theirs", namespace },
      });
      const found = await cluster.dryRuns.stored({ apiVersion: "v1", kind: "ConfigMap" }, namespace, signal);
      const theirs = found.find(({ manifest }) => manifest.metadata.name === "theirs");
      expect(theirs?.manifest).toEqual({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "theirs", namespace },
        data: { a: "1" },
      });
      const unknown = { apiVersion: "example.org/v1", kind: "Teapot" };
      expect(await cluster.dryRuns.stored(unknown, namespace, signal)).toEqual([]);
    });

    test("sees quotas, nodes and claimed hosts", async () => {
      const quota: Manifest = {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "team", namespace },
        spec: { hard: { "requests.cpu": "1500m", pods: "7" } },
      };
      const backend = { service: { name: "known", port: { number: 80 } } };
      const ingress: Manifest = {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "door", namespace },
        spec: {
          rules: [{ host: `${namespace}.example.org`, http: { paths: [{ path: "/a", pathType: "Prefix", backend }] } }],
        },
      };
      await cluster.apply([quota, ingress], signal);
      await eventually(async () => {
        const { quotas, nodes, hosts } = await cluster.dryRuns.clusterContext(namespace, signal);
        expect(quotas).toContainEqual({ name: "team", resource: "requests.cpu", hard: 1.5, used: 0 });
        expect(quotas).toContainEqual({ name: "team", resource: "pods", hard: 7, used: 0 });
        expect(nodes![0]).toMatchObject({ cpu: expect.any(Number), memory: expect.any(Number) });
        expect(nodes![0]!.cpu).toBeGreaterThan(0);
        expect(hosts).toContainEqual({ namespace, name: "door", host: `${namespace}.example.org`, path: "/a" });
      });
    });
  });
}
