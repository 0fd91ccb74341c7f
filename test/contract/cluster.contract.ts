import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { UpstreamRejected } from "../../src/kernel/errors.js";
import { labels, type Cluster } from "../../src/upstreams/cluster.js";
import { refOf, type Manifest, type AppRef } from "../../src/upstreams/cluster-object.js";
import type { LiveField, LiveObject } from "../../src/upstreams/live-object.js";
import { eventually } from "../support/eventually.js";

/** A cluster to hold against the contract, and the way in that the port has not: what another program would do there. */
export interface OpenCluster {
  readonly cluster: Cluster;
  /** Applies an object under another field manager, as a colleague with kubectl would. */
  applyAs(fieldManager: string, manifest: Manifest): Promise<void>;
  /** Reads an object, changes it and writes it back, as an editor would. */
  editAs(fieldManager: string, manifest: Manifest, change: (stored: object) => void): Promise<void>;
  createNamespace(name: string): Promise<void>;
  removeNamespace(name: string): Promise<void>;
  close(): Promise<void>;
}

/** What every Cluster promises, whatever is behind it. */
export function describeCluster(name: string, open: () => Promise<OpenCluster>): void {
  describe(`the cluster ${name}`, () => {
    const signal = AbortSignal.timeout(120_000);
    const namespace = `contract-${Date.now().toString(36)}`;
    const watching = new AbortController();
    const changed: (AppRef | undefined)[] = [];
    let opened: OpenCluster;
    let cluster: Cluster;
    let stopListening: () => void;
    let serial = 0;

    const newOwner = (): AppRef => ({ appId: `app_${Date.now().toString(36)}${serial++}`, namespace });
    const metadata = (owner: AppRef, name: string) => ({
      name,
      namespace: owner.namespace,
      labels: { [labels.managedBy]: labels.managedByUs, [labels.app]: owner.appId, [labels.appName]: name },
    });
    const configMap = (owner: AppRef, name: string, data: Record<string, string>): Manifest => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(owner, name),
      data,
    });
    const deployment = (owner: AppRef, name: string, image: string, release = "rel_1", replicas = 2): Manifest => {
      const common = metadata(owner, name);
      const withRelease = { ...common.labels, [labels.release]: release };
      return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { ...common, labels: withRelease },
        spec: {
          replicas,
          selector: { matchLabels: { [labels.app]: owner.appId } },
          template: { metadata: { labels: withRelease }, spec: { containers: [{ name, image }] } },
        },
      };
    };
    const stored = async (manifest: Manifest) =>
      cluster.read(
        { apiVersion: manifest.apiVersion, kind: manifest.kind, namespace, name: manifest.metadata.name },
        signal,
      );
    const refusalOf = async (promise: Promise<unknown>): Promise<UpstreamRejected> => {
      const error = await promise.then(() => undefined).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(UpstreamRejected);
      return error as UpstreamRejected;
    };

    beforeAll(async () => {
      opened = await open();
      cluster = opened.cluster;
      await opened.createNamespace(namespace);
      stopListening = cluster.onChange((owner) => changed.push(owner));
      await cluster.start(watching.signal);
    }, 60_000);
    afterAll(async () => {
      stopListening?.();
      await opened?.removeNamespace(namespace);
      watching.abort();
      await opened?.close();
    });
    afterEach(() => void (changed.length = 0));

    describe("apply", () => {
      test("creates what is missing, changes what differs, and repeats without effect", async () => {
        const owner = newOwner();
        const first = configMap(owner, `settings-${serial}`, { colour: "red", size: "1" });
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
        const ours = configMap(owner, `shared-${serial}`, { ours: "1", contested: "ours" });
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
        const good = configMap(owner, `good-${serial}`, {});
        const late = configMap(owner, `late-${serial}`, {});
        const bad = { ...configMap(owner, `bad-${serial}`, {}), data: { key: { not: "a string" } } } as Manifest;
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
        const invalid = deployment(owner, `invalid-${serial}`, "x:1", "rel_1", -1);
        const refusal = await refusalOf(cluster.apply([invalid], signal));
        expect(refusal.status).toBe(422);
        expect(refusal.message).toMatch(/spec\.replicas.*must be greater than or equal to 0/);
      });

      test("of a value that is none is a refusal, not an outage", async () => {
        const owner = newOwner();
        const containers = [{ name: "web", image: "x:1", resources: { limits: { cpu: "lots" } } }];
        const base = deployment(owner, `greedy-${serial}`, "x:1");
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
          metadata: metadata(owner, `pull-${serial}`),
          type: "kubernetes.io/dockerconfigjson",
          data: { ".dockerconfigjson": Buffer.from(JSON.stringify(config)).toString("base64") },
        };
        await cluster.apply([secret], signal);
        expect(await stored(secret)).toMatchObject({ type: "kubernetes.io/dockerconfigjson" });
      });
    });

    test("dryRun shows what would be stored, defaults included, and stores nothing", async () => {
      const planned = deployment(newOwner(), `planned-${serial}`, "x:1");
      const [seen] = await cluster.dryRun([planned], signal);
      expect(seen).toMatchObject({ kind: "Deployment", spec: { replicas: 2, strategy: { type: "RollingUpdate" } } });
      expect(await stored(planned)).toBeUndefined();
    });

    test("prune removes what is not kept, of this owner only: no claim on storage, nothing that a controller made", async () => {
      const [owner, otherTenant] = [newOwner(), newOwner()];
      const kept = configMap(owner, `kept-${serial}`, {});
      const dropped = configMap(owner, `dropped-${serial}`, {});
      const service: Manifest = {
        apiVersion: "v1",
        kind: "Service",
        metadata: metadata(owner, `dropped-${serial}`),
        spec: { selector: { [labels.app]: owner.appId }, ports: [{ port: 80, protocol: "TCP" }] },
      };
      const claim: Manifest = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata(owner, `data-${serial}`),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      };
      const theirs = configMap(otherTenant, `theirs-${serial}`, {});
      await cluster.apply([kept, dropped, service, claim, theirs], signal);
      const { uid } = (await stored(kept))!.metadata as unknown as { readonly uid: string };
      const controller = { apiVersion: "v1", kind: "ConfigMap", name: kept.metadata.name, uid, controller: true };
      const made = configMap(owner, `made-${serial}`, {});
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

    describe("objects", () => {
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
        const name = `seen-${serial}`;
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
        const name = `claim-${serial}`;
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
          expect(fieldsOf(drifted(owner, claim.kind, name))["/metadata/labels/tier"]).toEqual([
            "gold",
            "OTHER kubectl",
          ]),
        );

        expect(await cluster.prune(owner, [], signal)).toEqual([]);
        await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
        expect(await stored(claim)).toBeDefined();
        expect(cluster.objects(owner)).toHaveLength(1);
      });

      test("tell who set what, in the cluster's own writing; what nobody set is no field", async () => {
        const owner = newOwner();
        const name = `owned-${serial}`;
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
        const name = `made-${serial}`;
        await cluster.apply([deployment(owner, name, "x:1", "rel_1", 1)], signal);
        await eventually(() => expect(cluster.workload(owner)).toMatchObject({ ready: 1 }));
        expect(cluster.objects(owner).map(({ kind }) => kind)).toEqual(["Deployment"]);
        await eventually(async () => expect(await cluster.removeAll(owner, signal)).toBe(0));
      }, 60_000);
    });

    test("a deployment's workload and pods appear, become ready, follow a new release and go", async () => {
      const owner = newOwner();
      const name = `web-${serial}`;
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
      await cluster.apply([deployment(owner, `broken-${serial}`, image, "rel_1", 1)], signal);
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
      await cluster.apply([deployment(owner, `noted-${serial}`, "x:1", "rel_1", 1)], signal);
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
