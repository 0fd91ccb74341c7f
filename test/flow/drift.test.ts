import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AppSpecInput } from "../../schema/operation-types.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { LogReader } from "../support/log-reader.js";
import { refusal } from "../support/refusal.js";

describe("drift", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const spec = {
    ...helloSpec,
    replicas: 1,
    resources: { requests: { cpu: "0.25", memory: "1024Mi" }, limits: { cpu: "1000m", memory: "2048Mi" } },
    environment: [
      { name: "COLOUR", value: "red" },
      { name: "EMPTY", value: "" },
    ],
    publicHost: "pay.example.com",
  };
  const deploy = async (appId: string): Promise<void> => {
    const { lastRollout } = (await admin.ask("app", { id: appId })).app!;
    await admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.0.0" } } });
    await eventually(async () => {
      const { app } = await admin.ask("app", { id: appId });
      expect(app!.lastRollout).toMatchObject({ number: (lastRollout?.number ?? 0) + 1, phase: "SUCCEEDED" });
    });
  };
  const liveApp = async (name: string, given: AppSpecInput = spec, where = namespaceId): Promise<string> => {
    const publicHost = `${name}.example.com`;
    const { id } = await approvedApp(admin, where, name, { ...given, publicHost });
    await deploy(id);
    return id;
  };
  const drift = async (app: string) => (await admin.ask("drift", { app })).app!.drift;
  const drifted = (app: string, objects: object[]): Promise<void> =>
    eventually(async () => expect(await drift(app)).toMatchObject({ state: "DRIFTED", objects }));
  /** What a colleague does to the app's Deployment with an editor. */
  const edit = (name: string, change: (deployment: Untyped, container: Untyped) => void): void =>
    server.sandbox.kubernetes.edit("Deployment", "pay", name, "kubectl-edit", (object: Untyped) =>
      change(object, object.spec.template.spec.containers[0]),
    );
  const follow = (variables: object, client = admin): LogReader => new LogReader(client, "drift-changed", variables);
  const pathsIn = ({ drifts }: Untyped): string[] =>
    drifts.flatMap(({ app, objects }: Untyped) =>
      objects.flatMap(({ fields }: Untyped) => fields.map(({ path }: Untyped) => `${app.name} ${path}`)),
    );

  test("there is none where nobody else has been, however the cluster writes it", async () => {
    const { id } = await approvedApp(admin, namespaceId, "clean", spec);
    expect(await drift(id)).toEqual({ state: "NOT_LIVE", release: null, objects: [] });
    await deploy(id);
    expect(await drift(id)).toMatchObject({ state: "NONE", release: { number: 1 }, objects: [] });
    const { limits } = (server.sandbox.kubernetes.object("Deployment", "pay", "clean") as Untyped).spec.template.spec
      .containers[0].resources;
    expect(limits).toEqual({ cpu: "1", memory: "2Gi" });
  });

  test("shows field by field what others changed, added and took away, and who it was, without asking the cluster", async () => {
    const id = await liveApp("edited");
    edit("edited", (deployment, container) => {
      deployment.spec.replicas = 3;
      container.image = "elsewhere:1";
      container.env = [container.env[1], { name: "MORE", value: "1" }];
    });
    server.sandbox.kubernetes.remove("Ingress", "pay", "edited");
    const set = { isSecret: false, setBy: "kubectl-edit", setAt: expect.any(String) };
    const container = "spec.template.spec.containers[name=edited]";
    await drifted(id, [
      {
        kind: "Deployment",
        name: "edited",
        isMissing: false,
        fields: [
          { path: "spec.replicas", kind: "CHANGED" as const, wanted: 1, live: 3, ...set },
          {
            path: `${container}.env[name=COLOUR]`,
            kind: "REMOVED" as const,
            wanted: { name: "COLOUR", value: "red" },
            live: null,
            setBy: null,
          },
          { path: `${container}.image`, kind: "CHANGED" as const, live: "elsewhere:1", ...set },
          {
            path: `${container}.env[name=MORE]`,
            kind: "ADDED" as const,
            wanted: null,
            live: { name: "MORE", value: "1" },
            ...set,
          },
        ],
      },
      { kind: "Ingress", name: "edited", isMissing: true, fields: [] },
    ]);
    const { total } = server.sandbox.kubernetes.server;
    await drift(id);
    expect(server.sandbox.kubernetes.server.total).toBe(total);
    // The next release is live as a whole.
    await deploy(id);
    const { objects } = await drift(id);
    expect(objects).toMatchObject([{ kind: "Deployment", fields: [{ path: `${container}.env[name=MORE]` }] }]);
  });

  test("is told live, of an app and of a namespace, and goes on behind a cursor at any server", async () => {
    const place = await createNamespace(admin, "live");
    const [one, two] = [await liveApp("one", spec, place.id), await liveApp("two", spec, place.id)];
    const change = (name: string, replicas: number): void =>
      server.sandbox.kubernetes.edit("Deployment", "live", name, "kubectl", (object: Untyped) => {
        object.spec.replicas = replicas;
      });
    const last = (reader: LogReader, paths: string[]) =>
      eventually(async () => {
        expect(pathsIn(reader.events.at(-1))).toEqual(paths);
        return reader.events.at(-1);
      });
    const [ofOne, ofAll] = [follow({ app: one }), follow({ namespace: place.id })];
    for (const reader of [ofOne, ofAll]) await last(reader, []);
    change("two", 3);
    const seen = await last(ofAll, ["two spec.replicas"]);
    change("one", 4);
    await last(ofOne, ["one spec.replicas"]);
    await last(ofAll, ["one spec.replicas", "two spec.replicas"]);
    expect(ofOne.events).toHaveLength(2);

    const replica = await server.login(undefined, await server.replica());
    const [back, known] = [
      follow({ namespace: place.id, after: seen.cursor }, replica),
      follow({ app: one, after: ofOne.events.at(-1).cursor }, replica),
    ];
    await last(back, ["one spec.replicas", "two spec.replicas"]);
    expect(back.events[0].cursor).toBe(ofAll.events.at(-1).cursor);
    // A rollout puts it right, and there is no noise on its way.
    await deploy(one);
    await last(known, []);
    expect(known.events).toHaveLength(1);
    await last(ofAll, ["two spec.replicas"]);

    await admin.ask("retire-app", { input: { id: two, confirmName: "two" } });
    await last(ofAll, []);
    expect(await all(admin.follow("drift-changed", { app: two }))).toMatchObject([{ drifts: [] }]);
    await Promise.all([ofOne, ofAll, back, known].map((reader) => reader.leave()));
  });

  test("is shown to nobody who may not see the app", async () => {
    const { id } = await approvedApp(admin, namespaceId, "hidden", { ...spec, publicHost: "hidden.example.com" });
    const other = await createNamespace(admin, "other");
    const otherTenant = await server.member(admin, "ADMINISTRATOR", other.id);
    for (const what of [{ app: id }, { namespace: namespaceId }])
      expect(await refusal(otherTenant.follow("drift-changed", what))).toMatchObject({ code: "NOT_FOUND" });
    for (const what of [{}, { app: id, namespace: namespaceId }])
      expect(await refusal(admin.follow("drift-changed", what))).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("leaves the upstreams nothing to wonder about", () => {
    expect(server.sandbox.unknownRequests()).toEqual([]);
  });
});
