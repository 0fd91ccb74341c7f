import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { extract } from "tar-stream";
import { parse } from "yaml";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { eventually } from "../support/eventually.js";
import { createNamespace, TestServer, type Namespace } from "../support/test-server.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** Apps come from where they ran before, and leave as files. */
describe("in and out", () => {
  const signal = AbortSignal.timeout(240_000);
  let server: TestServer;
  let admin: OrreryClient;
  let colleague: KubernetesCluster;
  let shop: Namespace;

  const selector = { app: "legacy" };
  const metadata = (name: string) => ({ name, namespace: "shop", labels: { team: "red" } });
  const deployment = (name: string, more: object = {}): Manifest => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name),
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: "main",
              image: "registry.example.com/legacy:7",
              ports: [{ name: "http", containerPort: 8080 }],
              env: [
                { name: "MODE", value: "live" },
                { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
              ],
              resources: { requests: { cpu: "250m", memory: "64Mi" } },
              readinessProbe: { httpGet: { path: "/ready", port: "http" } },
            },
          ],
          ...more,
        },
      },
    },
  });
  const running: Manifest[] = [
    deployment("legacy"),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata("legacy"),
      spec: { selector, ports: [{ name: "http", port: 8080, targetPort: 8080, protocol: "TCP" }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: metadata("legacy"),
      spec: {
        rules: [
          {
            host: "legacy.example.com",
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name: "legacy", port: { number: 8080 } } } },
              ],
            },
          },
        ],
      },
    },
    deployment("odd", { hostNetwork: false, volumes: [{ name: "tmp", emptyDir: {} }] }),
  ];
  const source = { language: "NODE" as const, repository: { provider: "GITHUB" as const, path: "acme/hello-orrery" } };
  const stored = async (kind: string, apiVersion: string, name = "legacy"): Promise<Untyped> =>
    colleague.read({ apiVersion, kind, name, namespace: "shop" }, signal);
  const pods = (): string[] =>
    server.sandbox.kubernetes
      .objects("Pod", "shop")
      .filter(({ metadata }) => metadata.labels?.["app"] === "legacy")
      .map(({ metadata }) => metadata.uid)
      .sort();
  const legacy = async (): Promise<Untyped> => (await admin.ask("app", { namespace: "shop", name: "legacy" })).app;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    shop = await createNamespace(admin, "shop");
    colleague = new KubernetesCluster({
      access: { kubeconfig: server.sandbox.environment["KUBECONFIG"]! },
      fieldManager: "kubectl",
    });
    await colleague.apply(running, signal);
    await eventually(async () => expect((await stored("Deployment", "apps/v1")).status.availableReplicas).toBe(2));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("running apps are imported without a restart, and a namespace is exported as files", async () => {
    await step(
      "what runs can be read as apps, with what a spec cannot say, and what importing would change: labels",
      async () => {
        const { importableApps } = await admin.ask("importable-apps", { namespace: shop.id });
        expect(importableApps.map(({ name }) => name)).toEqual(["legacy", "odd"]);
        const [found] = importableApps;
        expect(found).toMatchObject({ image: "registry.example.com/legacy:7", condition: null });
        expect(found!.spec).toMatchObject({
          replicas: 2,
          ports: [{ name: "http", port: 8080, protocol: "TCP" }],
          environment: [{ name: "MODE", value: "live" }],
          resources: { requests: { cpu: "250m", memory: "64Mi" } },
          readinessProbe: { kind: "HTTP" as const, path: "/ready", port: 8080 },
          publicHost: "legacy.example.com",
        });
        expect(found!.notes).toContainEqual(expect.stringContaining("NODE"));
        expect(found!.changes.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
          "UPDATE Deployment",
          "UPDATE Service",
          "UPDATE Ingress",
        ]);
        for (const { fields } of found!.changes)
          for (const { path } of fields) expect(path).toMatch(/^metadata\.labels/);
        expect(importableApps[1]!.notes).toContainEqual(expect.stringContaining("volumes"));
      },
    );

    await step("everything that is wrong is said at once, and nothing is imported", async () => {
      const apps = [
        { name: "legacy", ...source, repository: { provider: "GITHUB" as const, path: "no" } },
        { name: "nothing-there", ...source },
        { name: "odd", ...source },
        { name: "odd", ...source },
      ];
      const { code, fields } = await refusal(admin.ask("import-apps", { input: { namespaceId: shop.id, apps } }));
      expect(code).toBe("INVALID_INPUT");
      expect(fields!.map(({ path }) => path)).toEqual([
        "input.apps[0].spec.repository.path",
        "input.apps[1].name",
        "input.apps[3].name",
      ]);
      const developer = await server.member(admin, "DEVELOPER", shop.id);
      const input = { namespaceId: shop.id, apps: [{ name: "legacy", ...source }] };
      expect(await refusal(developer.ask("import-apps", { input }))).toMatchObject({
        requiredPermission: "app:review",
      });
      expect(await legacy()).toBeNull();
    });

    await step("an app is taken over without a pod restarted, once, however often it is asked", async () => {
      const before = pods();
      const { spec } = await stored("Deployment", "apps/v1");
      const input = { namespaceId: shop.id, apps: [{ name: "legacy", ...source }], idempotencyKey: "once" };
      const answers = await Promise.all([1, 2].map(() => admin.ask("import-apps", { input })));
      expect(new Set(answers.map(({ importApps }) => importApps.apps[0]!.id)).size).toBe(1);
      await eventually(async () => {
        expect((await legacy()).lastRollout).toMatchObject({ number: 1, cause: "IMPORT", phase: "SUCCEEDED" });
      });
      const app = await legacy();
      expect(app).toMatchObject({ phase: "APPROVED", condition: null });
      const after = await stored("Deployment", "apps/v1");
      expect(after.spec).toEqual(spec);
      expect(after.metadata.labels).toMatchObject({ team: "red", "orrery.dev/app": app.id });
      expect(pods()).toEqual(before);
      expect(await refusal(admin.ask("import-apps", { input: { ...input, idempotencyKey: "again" } }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.apps[0].name" }],
      });
      // What the first release by the templates will change can be read before.
      const { pendingChanges } = (await admin.ask("pending-changes", { id: app.id })).app!;
      expect(pendingChanges.map(({ kind }) => kind)).toContain("Deployment");
    });

    await step(
      "from then on it is built and rolled out as any other, under the selector that it came with",
      async () => {
        const { metadata } = await stored("Deployment", "apps/v1");
        const { id: appId } = await legacy();
        await admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.0.0" } } });
        await eventually(async () => {
          expect((await legacy()).lastRollout).toMatchObject({ number: 2, cause: "BUILD", phase: "SUCCEEDED" });
        });
        const after = await stored("Deployment", "apps/v1");
        expect(after.metadata.uid).toBe(metadata.uid);
        expect(after.spec.selector.matchLabels).toEqual(selector);
        expect(after.spec.template.metadata.labels).toMatchObject({ ...selector, "orrery.dev/app": appId });
        expect((await stored("Service", "v1")).spec.selector).toEqual(selector);
        expect((await legacy()).pods).toHaveLength(2);
      },
    );

    const download = async (path: string, token: string): Promise<{ bytes: Buffer; files: Map<string, string> }> => {
      const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/gzip"]);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const files = new Map<string, string>();
      for await (const entry of Readable.from([bytes]).pipe(createGunzip()).pipe(extract())) {
        let text = "";
        for await (const part of entry) text += String(part);
        files.set(entry.header.name, text);
      }
      return { bytes, files };
    };

    await step("a namespace leaves as files that say what is live, the same bytes for the same state", async () => {
      const summary = async () => (await admin.ask("export-namespace", { namespace: shop.id })).exportNamespace;
      const { path, hash, files: paths, fileCount } = await summary();
      const token = await server.token();
      const [one, two] = [await download(path, token), await download(path, token)];
      expect(two.bytes.equals(one.bytes)).toBe(true);
      expect([...one.files.keys()]).toEqual(paths);
      expect(paths).toHaveLength(fileCount);
      expect(paths).toEqual([
        "shop/namespace.yaml",
        "shop/apps/legacy/app.yaml",
        "shop/apps/legacy/deployment-legacy.yaml",
        "shop/apps/legacy/ingress-legacy.yaml",
        "shop/apps/legacy/job.xml",
        "shop/apps/legacy/service-legacy.yaml",
      ]);
      const exported = parse(one.files.get("shop/apps/legacy/deployment-legacy.yaml")!);
      expect(exported.spec.selector.matchLabels).toEqual(selector);
      expect((await summary()).hash).toBe(hash);

      await admin.ask("update-namespace", { input: { id: shop.id, displayName: "The shop" } });
      const changed = await download(path, token);
      const differing = paths.filter((each: string) => changed.files.get(each) !== one.files.get(each));
      expect(differing).toEqual(["shop/namespace.yaml"]);
      expect((await summary()).hash).not.toBe(hash);
    });

    await step("who may not see a namespace gets no file of it", async () => {
      const path = `/exports/namespaces/${shop.id}.tar.gz`;
      expect((await fetch(`${server.url}${path}`)).status).toBe(401);
      const outsider = await server.member(admin);
      const asOutsider = { headers: { authorization: `Bearer ${outsider.token}` } };
      expect((await fetch(`${server.url}${path}`, asOutsider)).status).toBe(404);
      expect((await fetch(`${server.url}/exports/namespaces/none`, asOutsider)).status).toBe(404);
      expect(await refusal(outsider.ask("export-namespace", { namespace: shop.id }))).toMatchObject({
        code: "NOT_FOUND",
      });
      expect(await refusal(outsider.ask("importable-apps", { namespace: shop.id }))).toMatchObject({
        code: "NOT_FOUND",
      });
    });
  }, 240_000);
});
