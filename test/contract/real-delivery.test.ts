import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { installAccount } from "./installed-account.js";

const kubeconfig = process.env["REAL_KUBECONFIG"];
const onRealCluster = kubeconfig === undefined ? test.skip : test;

// Jenkins and GitHub are the sandbox's; what the cluster decides is real. The server has the rights of an installation alone.
onRealCluster(
  "an app is delivered to a real cluster, rolled back and removed",
  async () => {
    const account = await installAccount(kubeconfig!);
    const { namespaceRole } = account;
    const environment = { KUBECONFIG: account.kubeconfig, KUBERNETES_NAMESPACE_ROLE: namespaceRole };
    await using server = await TestServer.open({ environment });
    const cluster = new KubernetesCluster({ access: { kubeconfig: kubeconfig! } });
    const admin = await server.login();
    const namespace = await createNamespace(admin, `orrery-${randomBytes(4).toString("hex")}`);
    const spec = {
      ...helloSpec,
      publicHost: "hello.example.com",
      environment: [{ name: "GREETING", value: '"yes": {{no}} ✨' }],
    };
    const app = await approvedApp(admin, namespace.id, "hello", spec);

    const deliver = async (tag: string): Promise<void> => {
      const { startBuild } = await admin.ask("start-build", {
        input: { appId: app.id, ref: { kind: "TAG", name: tag } },
      });
      await all(admin.follow("build-log", { build: startBuild.build.id }));
      await eventually(async () => {
        const { app: now } = await admin.ask("app", { id: app.id });
        expect(now!.lastRollout).toMatchObject({ phase: "SUCCEEDED", release: { image: startBuild.build.image } });
      }, 60_000);
    };
    await deliver("v1.0.0");
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace: namespace.name, name: "hello" };
    const live = async (): Promise<string> =>
      JSON.stringify((await cluster.read(deployment, AbortSignal.timeout(10_000))) ?? null);
    expect(await live()).toContain(JSON.stringify(spec.environment[0]));
    await deliver("v1.1.0");

    const { app: released } = await admin.ask("releases", { app: app.id });
    const first = released!.releases.nodes.at(-1);
    const { rollBack } = await admin.ask("roll-back", { input: { toReleaseId: first!.id } });
    const states = await all(admin.follow("rollout-progress", { rollout: rollBack.rollout.id }));
    expect(states.at(-1)!.rollout).toMatchObject({ phase: "SUCCEEDED", progress: { wanted: 2, ready: 2, old: 0 } });
    expect(await live()).toContain(first!.image);

    await admin.ask("retire-app", { input: { id: app.id, confirmName: "hello" } });
    await eventually(async () => {
      const { app: now } = await admin.ask("app", { id: app.id });
      expect(now!.removedAt).not.toBeNull();
    }, 60_000);
    expect(await live()).toBe("null");
    expect(server.sandbox.unknownRequests()).toEqual([]);
    await account.remove(namespace.name);
  },
  180_000,
);
