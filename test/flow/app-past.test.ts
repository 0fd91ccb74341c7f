import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";

describe("an app as it was", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespaceId: string;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    namespaceId = (await createNamespace(admin, "pay")).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const spec = { ...helloSpec, replicas: 1 };
  const at = async (app: string, time: Date): Promise<Untyped> =>
    (await admin.ask("app-at", { app, time: time.toISOString() })).app!.at;
  const build = async (appId: string, name: string, like: object): Promise<void> => {
    await admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name } } });
    await live(appId, like);
  };
  const live = (appId: string, like: object): Promise<void> =>
    eventually(async () => {
      const { lastRollout } = (await admin.ask("app", { id: appId })).app!;
      expect(lastRollout).toMatchObject({ phase: "SUCCEEDED", ...like });
    });
  const replicasIn = ({ objects }: Untyped): string =>
    /replicas: (\d+)/.exec(objects.find(({ kind }: Untyped) => kind === "Deployment").yaml)![1]!;

  test("is shown with what was wanted, approved and live by then, whatever came after", async () => {
    const before = new Date();
    const { id } = await approvedApp(admin, namespaceId, "api", spec);
    const approved = new Date();
    await build(id, "v1.0.0", { number: 1 });
    const first = new Date();
    await admin.ask("update-app", { input: { id, spec: { ...spec, replicas: 3 } } });
    const edited = new Date();
    await admin.ask("submit-app", { input: { id } });
    await admin.ask("approve-app", { input: { id } });
    await live(id, { number: 2 });
    const second = new Date();
    const [newest, oldest] = (await admin.ask("releases", { app: id })).app!.releases.nodes;
    await admin.ask("roll-back", { input: { toReleaseId: oldest!.id } });
    await live(id, { number: 3 });
    const back = new Date();

    expect(await at(id, before)).toBeNull();
    expect(await at(id, approved)).toMatchObject({
      at: approved.toISOString(),
      revision: { number: 1, spec: { replicas: 1 } },
      approvedRevision: { number: 1 },
      rollout: null,
      release: null,
    });
    const then = await at(id, first);
    expect(then).toMatchObject({
      revision: { number: 1 },
      rollout: { number: 1, cause: "BUILD" },
      release: {
        number: 1,
        image: oldest!.image,
        templateVersions: expect.arrayContaining([{ name: "kubernetes/deployment", version: expect.any(String) }]),
      },
    });
    expect(replicasIn(then.release)).toBe("1");
    expect(await at(id, edited)).toMatchObject({
      revision: { number: 2, spec: { replicas: 3 } },
      approvedRevision: { number: 1 },
      release: { number: 1 },
    });
    const later = await at(id, second);
    expect(later).toMatchObject({ approvedRevision: { number: 2 }, release: { number: newest!.number } });
    expect(replicasIn(later.release)).toBe("3");
    expect(await at(id, back)).toMatchObject({
      revision: { number: 2 },
      approvedRevision: { number: 2 },
      rollout: { number: 3, cause: "ROLL_BACK" },
      release: { number: 1 },
    });
  });

  test("has nothing in the cluster after its end, and had before", async () => {
    const { id } = await approvedApp(admin, namespaceId, "over", spec);
    await build(id, "v1.0.0", { number: 1 });
    const alive = new Date();
    await admin.ask("retire-app", { input: { id, confirmName: "over" } });
    await eventually(async () => expect((await admin.ask("app", { id })).app!.removedAt).not.toBeNull());
    expect(await at(id, new Date())).toMatchObject({ revision: { number: 1 }, rollout: null, release: null });
    expect(await at(id, alive)).toMatchObject({ rollout: { number: 1 }, release: { number: 1 } });
  });
});
