import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** What people do about drift. */
describe("drift is", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay", { autoRollBack: true })).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const spec = {
    ...helloSpec,
    replicas: 1,
    environment: [
      { name: "COLOUR", value: "red" },
      { name: "SIZE", value: "1" },
    ],
  };
  const rolledOut = (appId: string, like: object): Promise<void> =>
    eventually(async () => {
      const { lastRollout } = (await admin.ask("app", { id: appId })).app!;
      expect(lastRollout).toMatchObject({ phase: "SUCCEEDED", ...like });
    });
  const liveApp = async (name: string, more: object = {}): Promise<string> => {
    const { id } = await approvedApp(admin, namespaceId, name, { ...spec, ...more });
    await admin.ask("start-build", { input: { appId: id, ref: { kind: "TAG", name: "v1.0.0" } } });
    await rolledOut(id, { number: 1 });
    return id;
  };
  const drift = async (app: string): Promise<Untyped> => (await admin.ask("drift", { app })).app!.drift;
  const pathsOf = ({ objects }: Untyped): string[] =>
    objects.flatMap(({ name, isMissing, fields }: Untyped) =>
      isMissing ? [name] : fields.map(({ path }: Untyped) => path.replace(/^.*containers\[name=[^\]]+\]\./, "")),
    );
  const drifted = (app: string, paths: string[]): Promise<void> =>
    eventually(async () => expect(pathsOf(await drift(app)).sort()).toEqual([...paths].sort()));
  const deployment = (name: string): Untyped => server.sandbox.kubernetes.object("Deployment", "pay", name);
  const edit = (name: string, change: (deployment: Untyped, container: Untyped) => void): void =>
    server.sandbox.kubernetes.edit("Deployment", "pay", name, "kubectl-edit", (object: Untyped) =>
      change(object, object.spec.template.spec.containers[0]),
    );
  const latest = async (appId: string, event: string): Promise<Untyped> =>
    eventually(async () => {
      const { nodes } = (await admin.ask("journal", { filter: { appId, events: [event] }, first: 1 })).journal;
      expect(nodes).not.toEqual([]);
      return nodes[0];
    });

  test("repaired, as a rollout that somebody asked for: nothing that others did is left", async () => {
    const id = await liveApp("repaired");
    const inOrder = ({ spec: { template, ...rest } }: Untyped): object => ({
      ...rest,
      containers: template.spec.containers.map(({ env, ...container }: Untyped) => ({
        ...container,
        env: new Set(env),
      })),
    });
    const before = inOrder(deployment("repaired"));
    edit("repaired", (object, container) => {
      object.spec.replicas = 3;
      object.spec.paused = true;
      object.spec.template.metadata.annotations = { restartedAt: "today" };
      container.image = "elsewhere:1";
      container.env = [{ name: "MORE", value: "1" }, container.env[1], { name: "AND", value: "more" }];
      container.livenessProbe = { tcpSocket: { port: 8080 } };
      object.spec.template.spec.containers.unshift({ name: "side", image: "side:1" });
      object.metadata.annotations.note = "theirs";
    });
    server.sandbox.kubernetes.remove("Service", "pay", "repaired");
    await drifted(id, [
      "repaired",
      "spec.replicas",
      "spec.paused",
      "spec.template.metadata.annotations",
      "spec.template.spec.containers[name=side]",
      "image",
      "livenessProbe",
      "env[name=COLOUR]",
      "env[name=MORE]",
      "env[name=AND]",
    ]);
    const viewer = await server.member(admin, "VIEWER", namespaceId);
    expect(await refusal(viewer.ask("repair-drift", { input: { appId: id } }))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "drift:repair",
    });
    const { repairDrift } = await admin.ask("repair-drift", { input: { appId: id } });
    expect(repairDrift.rollout).toMatchObject({ number: 2, cause: "DRIFT_REPAIR", release: { number: 1 } });
    expect((await drift(id)).state).toBe("UNSETTLED");
    expect(await refusal(admin.ask("repair-drift", { input: { appId: id } }))).toMatchObject({ code: "ILLEGAL_STATE" });
    const progress = await all(admin.follow("rollout-progress", { rollout: repairDrift.rollout.id }));
    expect(progress.at(-1)!.rollout.phase).toBe("SUCCEEDED");
    expect(await drift(id)).toMatchObject({ state: "NONE", objects: [] });
    expect(inOrder(deployment("repaired"))).toEqual(before);
    // A mark on the object is not the platform's business.
    expect(deployment("repaired").metadata.annotations.note).toBe("theirs");
    expect((await admin.ask("automatic-releases", { app: id })).app!.automaticReleases.areSuspended).toBe(false);
    const { data, actorKind } = await latest(id, "drift.repaired");
    expect(actorKind).toBe("MEMBER");
    expect(data.objects).toMatchObject([{ kind: "Service", isMissing: true }, { kind: "Deployment" }]);
    expect(data.objects[1].fields).toContain("spec.replicas");
  });

  test("left alone when an approval or a restart has everything looked at; what is gone comes back", async () => {
    const id = await liveApp("looked");
    edit("looked", (object) => {
      object.spec.replicas = 3;
    });
    await drifted(id, ["spec.replicas"]);
    const { generation } = deployment("looked").metadata;
    server.sandbox.kubernetes.remove("Service", "pay", "looked");
    await server.stop();
    await server.start();
    admin = await server.login();
    await eventually(async () => expect(server.sandbox.kubernetes.object("Service", "pay", "looked")).toBeDefined());
    await drifted(id, ["spec.replicas"]);
    await admin.ask("adopt-drift", { input: { appId: id } });
    await admin.ask("submit-app", { input: { id } });
    await admin.ask("approve-app", { input: { id } });
    await rolledOut(id, { number: 2 });
    // Never changed back in between: all that changed is what the new release is called.
    expect(deployment("looked").metadata.generation).toBe(generation + 1);
    expect(await drift(id)).toMatchObject({ state: "NONE" });
  });

  test("left alone by a release: only what is asked for is taken out", async () => {
    const id = await liveApp("left");
    edit("left", (_object, container) => container.env.push({ name: "MORE", value: "1" }));
    await drifted(id, ["env[name=MORE]"]);
    await admin.ask("start-build", { input: { appId: id, ref: { kind: "TAG", name: "v1.1.0" } } });
    await rolledOut(id, { number: 2 });
    await drifted(id, ["env[name=MORE]"]);
  });

  test("adopted: the spec says what is live, goes the usual way, and then nothing differs", async () => {
    const id = await liveApp("adopted", { publicHost: "adopted.example.com" });
    edit("adopted", (object, container) => {
      object.spec.replicas = 2;
      container.args = ["--verbose"];
      container.env = [{ name: "COLOUR", value: "blue" }, { name: "MORE" }];
      container.resources.limits = { cpu: "2", memory: "1Gi" };
      container.ports.push({ name: "metrics", containerPort: 9090 });
      container.readinessProbe = { httpGet: { path: "/ready", port: 8080 }, periodSeconds: 3 };
    });
    server.sandbox.kubernetes.edit("Ingress", "pay", "adopted", "kubectl-edit", (object: Untyped) => {
      object.spec.rules[0].host = "shop.example.com";
    });
    const limits = ["resources.limits.cpu", "resources.limits.memory"];
    const env = ["env[name=COLOUR].value", "env[name=SIZE]", "env[name=MORE]"];
    const port = "ports[containerPort=9090,protocol=TCP]";
    await drifted(id, ["spec.replicas", "args", ...env, ...limits, port, "readinessProbe", "spec.rules"]);
    const { app: was } = await admin.ask("app", { id });
    const stale = admin.ask("adopt-drift", { input: { appId: id, expectedVersion: 99 } });
    expect(await refusal(stale)).toMatchObject({ code: "CONFLICT" });
    await admin.ask("adopt-drift", { input: { appId: id, expectedVersion: was!.version } });
    const { app } = await admin.ask("app", { id });
    expect(app).toMatchObject({
      phase: "APPROVED",
      revision: { number: 2 },
      approvedRevision: { number: 1 },
      spec: {
        replicas: 2,
        args: ["--verbose"],
        environment: [
          { name: "COLOUR", value: "blue" },
          { name: "MORE", value: "" },
        ],
        resources: { limits: { cpu: "2", memory: "1Gi" }, requests: was!.spec.resources.requests },
        ports: [...was!.spec.ports, { name: "metrics", port: 9090, protocol: "TCP" }],
        readinessProbe: { kind: "HTTP", path: "/ready", port: 8080, periodSeconds: 3, failureThreshold: 3 },
        livenessProbe: null,
        publicHost: "shop.example.com",
      },
    });
    expect((await drift(id)).state).toBe("DRIFTED");
    expect(await latest(id, "drift.adopted")).toMatchObject({
      data: { before: { replicas: 1 }, after: { replicas: 2 }, fields: expect.arrayContaining(["spec.replicas"]) },
    });
    const again = admin.ask("adopt-drift", { input: { appId: id } });
    expect(await refusal(again)).toMatchObject({
      code: "ILLEGAL_STATE",
      message: expect.stringContaining("Submit it"),
    });

    await admin.ask("submit-app", { input: { id } });
    expect(await refusal(admin.ask("adopt-drift", { input: { appId: id } }))).toMatchObject({ code: "ILLEGAL_STATE" });
    await admin.ask("approve-app", { input: { id } });
    await rolledOut(id, { number: 2, cause: "APPROVAL" });
    expect(await drift(id)).toMatchObject({ state: "NONE", objects: [] });
  });

  test("refused where no spec can say it, by name, and the rest can be adopted alone", async () => {
    const id = await liveApp("refused");
    expect(await refusal(admin.ask("adopt-drift", { input: { appId: id } }))).toMatchObject({
      code: "ILLEGAL_STATE",
      state: "NONE",
    });
    edit("refused", (object, container) => {
      object.spec.replicas = 101;
      object.spec.revisionHistoryLimit = 1;
      container.args = ["--verbose"];
      container.image = "elsewhere:1";
      container.env[0] = { name: "COLOUR", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
      container.resources.limits["ephemeral-storage"] = "1Gi";
    });
    const container = "spec.template.spec.containers[name=refused]";
    const why: Readonly<Record<string, RegExp>> = {
      "spec.revisionHistoryLimit": /cannot express it/,
      "spec.replicas": /^At most 100\.$/,
      [`${container}.image`]: /cannot express it/,
      [`${container}.env[name=COLOUR].value`]: /comes from elsewhere/,
      [`${container}.env[name=COLOUR].valueFrom`]: /comes from elsewhere/,
      [`${container}.resources.limits.ephemeral-storage`]: /cannot be made by the app's templates/,
      // Kubernetes asks for as much as the limit when nothing else is said.
      [`${container}.resources.requests.ephemeral-storage`]: /cannot be made by the app's templates/,
    };
    await eventually(async () => expect((await drift(id)).objects[0].fields).toHaveLength(8));
    const { code, fields } = (await refusal(admin.ask("adopt-drift", { input: { appId: id } }))) as Untyped;
    expect(code).toBe("ILLEGAL_STATE");
    expect(fields.map(({ path }: Untyped) => path).sort()).toEqual(Object.keys(why).sort());
    for (const { path, message } of fields) expect(message).toMatch(why[path]!);
    expect((await admin.ask("app", { id })).app!.revision.number).toBe(1);

    const misspelt = admin.ask("adopt-drift", { input: { appId: id, paths: ["spec.replica"] } });
    expect(await refusal(misspelt)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.paths[0]" }] });
    await admin.ask("adopt-drift", { input: { appId: id, paths: [`${container}.args`] } });
    const { app } = await admin.ask("app", { id });
    expect(app).toMatchObject({ revision: { number: 2 }, spec: { args: ["--verbose"], replicas: 1 } });
  });

  test("leaves the upstreams nothing to wonder about", () => {
    expect(server.sandbox.unknownRequests()).toEqual([]);
  });
});
