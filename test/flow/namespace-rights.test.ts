import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { KubeObject } from "../../src/sandbox/kubernetes/kube-object.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import {
  all,
  approvedApp,
  createNamespace,
  helloSpec,
  TestServer,
  type Namespace,
  type App,
} from "../support/test-server.js";
import { installManifest } from "../support/install-manifests.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** The server has the rights of an installation, as in every flow test; here they are taken away. */
describe("the rights in a namespace", () => {
  const role = "orrery-namespace";
  let server: TestServer;
  let admin: OrreryClient;
  let pay: Namespace;
  let api: App;

  const kubernetes = () => server.sandbox.kubernetes;
  const binding = (namespace: string): Untyped => kubernetes().object("RoleBinding", namespace, role);
  const takeAway = (namespace: string): void => kubernetes().remove("RoleBinding", namespace, role);
  const deliver = async (tag: string): Promise<void> => {
    const { startBuild } = await admin.ask("start-build", {
      input: { appId: api.id, ref: { kind: "TAG", name: tag } },
    });
    await all(admin.follow("build-log", { build: startBuild.build.id }));
  };
  const succeeded = (number: number): Promise<void> =>
    eventually(async () => {
      const { app } = await admin.ask("app", { id: api.id });
      expect(app!.lastRollout).toMatchObject({ number, phase: "SUCCEEDED" });
      expect(app!.condition).toBeNull();
    }, 60_000);

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    for (const name of ["v1.2.0", "v1.3.0"]) server.sandbox.github.repository("acme/hello-orrery").addTag({ name });
    admin = await server.login();
    pay = await createNamespace(admin, "pay");
    api = await approvedApp(admin, pay.id, "api", helloSpec);
    await deliver("v1.0.0");
    await succeeded(1);
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  test("rights that are missing in a namespace hold rollouts up and are told, until they are there", async () => {
    await step("come before anything else is made there", () => {
      const [made] = kubernetes().objects("Secret", "pay");
      expect(binding("pay")).toMatchObject({
        roleRef: { kind: "ClusterRole", name: role },
        subjects: [{ kind: "ServiceAccount", name: "orrery", namespace: "orrery" }],
      });
      expect(Number(binding("pay").metadata.resourceVersion)).toBeLessThan(Number(made!.metadata.resourceVersion));
    });

    await step("that are taken away hold a rollout up, and come back by themselves", async () => {
      takeAway("pay");
      await deliver("v1.1.0");
      await succeeded(2);
      expect(binding("pay").subjects).toHaveLength(1);
    });

    await step("that an installation has not made yet are made at its start, and rollouts wait for them", async () => {
      await deliver("v1.2.0");
      await server.stop();
      takeAway("pay");
      await server.start();
      admin = await server.login();
      await succeeded(3);
      await eventually(() => Promise.resolve(expect(binding("pay")).toBeDefined()));
    });

    await step(
      "that cannot be made are told as what is wrong with the namespace, and rollouts wait until they can",
      async () => {
        const installed = installManifest("ClusterRole", "orrery") as unknown as Untyped;
        const without = installed.rules.filter(({ resources }: Untyped) => !resources.includes("rolebindings"));
        const change = (rules: object): void =>
          kubernetes().edit("ClusterRole", undefined as never, "orrery", "kubectl", (object) =>
            Object.assign(object, { rules }),
          );
        change(without);
        takeAway("pay");
        await deliver("v1.3.0");
        await admin.ask("update-namespace", { input: { id: pay.id, displayName: "Payments" } });
        await eventually(async () => {
          const { namespace } = await admin.ask("namespace", { id: pay.id });
          expect(namespace).toMatchObject({
            phase: "FAILED",
            condition: {
              code: "UPSTREAM_REJECTED",
              message: expect.stringMatching(/could not give itself rights in the namespace pay: .*rolebindings/),
            },
          });
          const { app } = await admin.ask("app", { id: api.id });
          expect(app!.condition).toMatchObject({
            code: expect.stringMatching(/WAITING_FOR_NAMESPACE|UPSTREAM_REJECTED/),
            message: expect.stringMatching(/no rights in the namespace pay|cannot \w+ resource/),
          });
          expect(app!.lastRollout).toMatchObject({ number: 4, phase: "PENDING" });
          const { rollouts } = await admin.ask("rollouts", { filter: { appId: api.id }, first: 1 });
          expect(rollouts.nodes[0]!.condition).toMatchObject({ code: "WAITING_FOR_NAMESPACE" });
        });
        change(installed.rules);
        await admin.ask("update-namespace", { input: { id: pay.id, displayName: "Pay" } });
        await succeeded(4);
      },
    );

    await step("that the cluster would refuse keep a namespace from being imported, and all others are", async () => {
      for (const name of ["shop", "vault"])
        kubernetes().create({ apiVersion: "v1", kind: "Namespace", metadata: { name } } as KubeObject);
      const message = 'namespaces "vault" is forbidden: ValidatingAdmissionPolicy denied request';
      const body = JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message, code: 403 });
      const match = "PATCH /api/v1/namespaces/vault\\?";
      kubernetes().server.addFault({
        kind: "status",
        match,
        status: 403,
        body,
        headers: { "content-type": "application/json" },
      });
      const refused = await refusal(admin.ask("import-namespaces", { input: { names: ["shop", "vault"] } }));
      expect(refused).toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining(message) });
      const { importNamespaces } = await admin.ask("import-namespaces", { input: {} });
      expect(importNamespaces.namespaces.map(({ name }) => name)).toEqual(["pay", "shop"]);
      await eventually(() => Promise.resolve(expect(binding("shop")).toBeDefined()));
      kubernetes().server.clearFaults();
    });

    await step("to the namespace that the platform runs in are for no app", async () => {
      await expect(refusal(admin.ask("create-namespace", { input: { name: "orrery" } }))).resolves.toMatchObject({
        code: "INVALID_INPUT",
        message: "input.name: The platform itself runs in this namespace.",
      });
      await expect(refusal(admin.ask("import-namespaces", { input: { names: ["orrery"] } }))).resolves.toMatchObject({
        code: "NOT_FOUND",
      });
    });
  }, 240_000);
});
