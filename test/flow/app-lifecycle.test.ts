import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped } from "../../src/demo/orrery-client.js";
import { openActors } from "../support/app-actors.js";
import { eventually } from "../support/eventually.js";
import { all, helloSpec, TestServer } from "../support/test-server.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** The life of one app, from its approval on; app-review.test.ts tells what comes before. */
describe("the story of an app", () => {
  let server: TestServer;
  let actors: Awaited<ReturnType<typeof openActors>>;
  let appId: string;
  const releases: Untyped[] = [];
  const builds: Untyped[] = [];

  beforeAll(async () => {
    server = await TestServer.open();
    actors = await openActors(server);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const app = async (): Promise<Untyped> => (await actors.ann.ask("app", { id: appId })).app;

  const liveImage = (): string | undefined => {
    const deployment = server.sandbox.kubernetes.object("Deployment", "shop", "web") as Untyped;
    return deployment?.spec.template.spec.containers[0].image;
  };

  test("an app is built, rolled out and back, and retired", async () => {
    const { admin, ann, nobody, roleless, otherTenant, viewer, namespaceId } = actors;
    const { refusedToOthers, shownToInsiders, streamedToInsiders } = actors;

    await step("a developer describes it, and it is approved", async () => {
      const spec = { ...helloSpec, replicas: 1 };
      const input = { namespaceId, name: "web", displayName: "The shop window", spec };
      appId = (await ann.ask("create-app", { input })).createApp.app.id;
      await ann.ask("submit-app", { input: { id: appId } });
      await admin.ask("approve-app", { input: { id: appId } });
      await eventually(async () => expect((await app()).providedAt).not.toBeNull());
    });

    await step("a tag is built, its console streams, and the release goes live", async () => {
      const input = {
        appId,
        ref: { kind: "TAG" as const, name: "v1.0.0" },
        parameters: [{ name: "GREETING", value: "hello; exit 1" }],
      };
      await refusedToOthers("start-build", input, "build:start");
      expect((await app()).lastBuild).toBeNull();
      const { build } = (await ann.ask("start-build", { input })).startBuild;
      await streamedToInsiders("build-log", { build: build.id });
      await streamedToInsiders("build-changed", { build: build.id });
      await refusedToOthers("abort-build", { id: build.id }, "build:abort");
      const [states, pieces, seen] = await Promise.all([
        all(ann.follow("build-changed", { build: build.id })),
        all(ann.follow("build-log", { build: build.id })),
        all(viewer.follow("build-log", { build: build.id })),
      ]);
      const text = (of: Untyped[]): string => of.map((piece) => piece.text).join("");
      expect(text(pieces)).toContain("Finished: SUCCESS");
      expect(text(seen)).toBe(text(pieces));
      expect(states.at(-1)!.build).toMatchObject({ phase: "SUCCEEDED", condition: null });
      const order = ["QUEUED", "RUNNING", "SUCCEEDED"];
      const places = states.map(({ build: { phase } }) => order.indexOf(phase));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      const built = await shownToInsiders("build", { id: build.id });
      expect(built).toMatchObject({
        number: 1,
        refName: "v1.0.0",
        image: "registry.sandbox.local/shop/web:v1.0.0-1",
        parameters: input.parameters,
      });
      expect(built.logBytes).toBe(Buffer.byteLength(text(pieces)));
      // A reader who lost the line goes on where it was.
      const half = pieces[Math.floor(pieces.length / 2)]!;
      const rest = await all(ann.follow("build-log", { build: build.id, after: half.cursor }));
      expect(text(pieces.slice(0, pieces.indexOf(half) + 1)) + text(rest)).toBe(text(pieces));
      builds.push(built);
      await rolledOut(1);
      expect(liveImage()).toBe(built.image);
      expect(await app()).toMatchObject({ pods: [{ ready: true, phase: "RUNNING" }], lastRollout: { cause: "BUILD" } });
    });

    await step("a second build replaces it", async () => {
      const { build } = (await ann.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.1.0" } } }))
        .startBuild;
      await all(ann.follow("build-log", { build: build.id }));
      builds.push((await ann.ask("build", { id: build.id })).build);
      await rolledOut(2);
      expect(liveImage()).toBe(builds[1].image);
      for (const outsider of [roleless, otherTenant]) {
        expect((await outsider.ask("builds", { filter: { appId } })).builds).toMatchObject({
          totalCount: 0,
          nodes: [],
        });
        expect((await outsider.ask("rollouts", { filter: { appId } })).rollouts).toMatchObject({
          totalCount: 0,
          nodes: [],
        });
      }
    });

    await step("going back puts the first release live again, whole", async () => {
      const input = { toReleaseId: releases[0].id };
      await refusedToOthers("roll-back", input, "release:rollBack");
      expect(await refusal(ann.ask("roll-back", { input: { toReleaseId: releases[1].id } }))).toMatchObject({
        code: "ILLEGAL_STATE",
      });
      expect(liveImage()).toBe(builds[1].image);
      const { rollout } = (await ann.ask("roll-back", { input })).rollBack;
      expect(rollout).toMatchObject({ number: 3, cause: "ROLL_BACK", release: { number: 1, image: builds[0].image } });
      const states = await all(viewer.follow("rollout-progress", { rollout: rollout.id }));
      expect(states.at(-1)!.rollout).toMatchObject({
        phase: "SUCCEEDED",
        progress: { wanted: 1, ready: 1, old: 0 },
        condition: null,
      });
      expect(liveImage()).toBe(builds[0].image);
      const pods = server.sandbox.kubernetes.objects("Pod", "shop") as Untyped[];
      expect(
        pods.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ spec }) => spec.containers[0].image),
      ).toEqual([builds[0].image]);
      expect((await ann.ask("releases", { app: appId })).app!.releases.totalCount).toBe(2);
    });

    await step("a newer rollout supersedes one that is not over", async () => {
      server.sandbox.kubernetes.server.addFault({ match: "^PATCH .*/deployments/", kind: "delay", ms: 500, times: 1 });
      const slow = (await ann.ask("roll-back", { input: { toReleaseId: releases[1].id } })).rollBack.rollout;
      const back = (await ann.ask("roll-back", { input: { toReleaseId: releases[0].id } })).rollBack.rollout;
      const [older, newer] = await Promise.all(
        [slow, back].map(({ id }) => all(ann.follow("rollout-progress", { rollout: id }))),
      );
      expect(older!.at(-1)!.rollout.phase).toBe("SUPERSEDED");
      expect(newer!.at(-1)!.rollout.phase).toBe("SUCCEEDED");
      expect(liveImage()).toBe(builds[0].image);
      const { nodes } = (await ann.ask("rollouts", { filter: { appId } })).rollouts;
      expect(nodes.map(({ number, phase, cause }) => [number, phase, cause])).toEqual([
        [5, "SUCCEEDED", "ROLL_BACK"],
        [4, "SUPERSEDED", "ROLL_BACK"],
        [3, "SUCCEEDED", "ROLL_BACK"],
        [2, "SUCCEEDED", "BUILD"],
        [1, "SUCCEEDED", "BUILD"],
      ]);
    });

    await step("its people were told, once each, and can clear their inbox", async () => {
      const titles = await eventually(async () => {
        const { nodes } = (await ann.ask("notifications", { first: 100 })).notifications;
        const found: string[] = nodes.map(({ title }) => title).reverse();
        expect(found).toContain("Rollout 5 of The shop window succeeded");
        return found;
      });
      expect(titles).toEqual([
        "The shop window was approved",
        "Build 1 of The shop window succeeded",
        "Rollout 1 of The shop window succeeded",
        "Build 2 of The shop window succeeded",
        "Rollout 2 of The shop window succeeded",
        "Rollout 3 of The shop window succeeded",
        "Rollout 5 of The shop window succeeded",
      ]);
      const first = (await ann.ask("notifications")).notifications.nodes.at(-1);
      const after = all(take(ann.follow("notification-added", { after: first!.id }), titles.length - 1));
      expect((await after).map(({ notification }) => notification.title)).toEqual(titles.slice(1));
      expect(
        (await ann.ask("mark-notifications-read", { input: { ids: [first!.id] } })).markNotificationsRead.unreadCount,
      ).toBe(6);
      expect((await ann.ask("mark-notifications-read", { input: {} })).markNotificationsRead.unreadCount).toBe(0);
      expect((await ann.ask("notifications", { unreadOnly: true })).notifications.nodes).toEqual([]);
      for (const outsider of [roleless, viewer, otherTenant]) {
        expect((await outsider.ask("notifications")).notifications.totalCount).toBe(0);
      }
    });

    await step("it is retired only by who types its name, and nothing of it stays upstream", async () => {
      const input = { id: appId, confirmName: "web" };
      await refusedToOthers("retire-app", input, "app:retire");
      expect(await refusal(ann.ask("retire-app", { input: { ...input, confirmName: "Web" } }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.confirmName" }],
      });
      expect((await app()).phase).toBe("APPROVED");
      expect(await jenkinsJob()).toBe(200);
      await ann.ask("retire-app", { input });
      const gone = await eventually(async () => {
        const now = await app();
        expect(now.removedAt).not.toBeNull();
        return now;
      });
      expect(gone).toMatchObject({ phase: "RETIRED", pods: [], condition: null });
      const { kubernetes } = server.sandbox;
      for (const kind of ["Deployment", "ReplicaSet", "Service", "ConfigMap", "Ingress"]) {
        const left = kubernetes.objects(kind, "shop").filter(({ metadata }) => metadata.name.startsWith("web"));
        expect([kind, left.map(({ metadata }) => metadata.name)]).toEqual([kind, []]);
      }
      expect(await jenkinsJob()).toBe(404);
      expect((await ann.ask("apps")).apps.totalCount).toBe(0);
      for (const again of [
        ann.ask("retire-app", { input }),
        ann.ask("update-app", { input: { id: appId, description: "x" } }),
        ann.ask("submit-app", { input: { id: appId } }),
        ann.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.0.0" } } }),
        ann.ask("roll-back", { input: { toReleaseId: releases[1].id } }),
      ]) {
        expect(await refusal(again)).toMatchObject({ code: "ILLEGAL_STATE" });
      }
      // What happened stays readable, and the name is free.
      expect((await ann.ask("builds", { filter: { appId } })).builds.totalCount).toBe(2);
      await ann.ask("create-app", { input: { namespaceId, name: "web", spec: helloSpec } });
    });

    await step("the journal tells the whole story, in order, with who did it", async () => {
      await eventually(async () => {
        // The last thing that was done: the new app of the same name.
        const { nodes } = (await admin.ask("journal", { first: 1 })).journal;
        expect(nodes).toMatchObject([{ event: "app.created", data: { name: "web" } }]);
      });
      const entries = (await viewer.ask("journal", { filter: { appId }, first: 100 })).journal.nodes.reverse();
      const ofAnn = (await ann.ask("viewer")).viewer.member.name;
      const by = (name: string, ...events: string[]): string[] => events.map((event) => `${name}: ${event}`);
      const delivery = ["build.succeeded", "release.created", "rollout.started", "rollout.succeeded"];
      expect(entries.map(({ actorName, event }) => `${actorName}: ${event}`)).toEqual([
        ...by(ofAnn, "app.created", "app.submitted"),
        ...by("Administrator", "app.approved"),
        ...by("Orrery", "app.provided"),
        ...by(ofAnn, "build.started"),
        ...by("Orrery", "build.running", ...delivery),
        ...by(ofAnn, "build.started"),
        ...by("Orrery", "build.running", ...delivery),
        // Back to an old release, on to the newer one, and back again before that is there.
        ...by(ofAnn, "releases.suspended", "rollout.started"),
        ...by("Orrery", "rollout.succeeded"),
        ...by(ofAnn, "releases.resumed", "rollout.started"),
        ...by(ofAnn, "rollout.superseded", "releases.suspended", "rollout.started"),
        ...by("Orrery", "rollout.succeeded"),
        ...by(ofAnn, "app.retired"),
        ...by("Orrery", "app.removed"),
      ]);
      for (const outsider of [roleless, otherTenant]) {
        expect((await outsider.ask("journal", { filter: { appId } })).journal.nodes).toEqual([]);
      }
      expect(await refusal(nobody.ask("journal"))).toMatchObject({ code: "UNAUTHENTICATED" });
    });

    await step("the journal has no gaps, and nobody who was refused left a mark in it", async () => {
      const { nodes, totalCount } = (await admin.ask("journal", { first: 100 })).journal;
      expect(nodes.map(({ position }) => position)).toEqual(
        Array.from({ length: totalCount }, (_, index) => totalCount - index),
      );
      const refused = await Promise.all(
        [roleless, viewer, otherTenant].map(async (each) => (await each.ask("viewer")).viewer.member.name),
      );
      const deeds = nodes.filter(({ actorName }) => refused.includes(actorName)).map(({ event }) => event);
      expect(new Set(deeds)).toEqual(new Set(["session.started"]));
      const followed = all(
        take(admin.follow("journal-events", { after: Buffer.from('["0"]').toString("base64url") }), totalCount),
      );
      expect((await followed).map(({ entry }) => entry.position)).toEqual(
        Array.from({ length: totalCount }, (_, index) => index + 1),
      );
    });

    await step("the upstreams were asked nothing that they do not know", () => {
      expect(server.sandbox.unknownRequests()).toEqual([]);
    });
  }, 240_000);

  /** Follows the app's rollout of this number to its end, and keeps its release. */
  async function rolledOut(number: number): Promise<void> {
    const rollout = await eventually(async () => {
      const { lastRollout } = await app();
      expect(lastRollout).toMatchObject({ number });
      return lastRollout;
    });
    await actors.streamedToInsiders("rollout-progress", { rollout: rollout.id });
    const states = await all(actors.ann.follow("rollout-progress", { app: appId }));
    expect(states.at(-1)!.rollout).toMatchObject({
      number,
      phase: "SUCCEEDED",
      progress: { wanted: 1, ready: 1, available: 1, old: 0 },
      condition: null,
    });
    releases.push(rollout.release);
  }

  async function jenkinsJob(): Promise<number> {
    const { JENKINS_URL, JENKINS_USER, JENKINS_TOKEN } = server.environment;
    const authorization = `Basic ${Buffer.from(`${JENKINS_USER}:${JENKINS_TOKEN}`).toString("base64")}`;
    const { status } = await fetch(`${JENKINS_URL}/job/shop.web/api/json`, { headers: { authorization } });
    return status;
  }
});

/** The first `count` values, then the end. */
async function* take<T>(stream: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let left = count;
  for await (const value of stream) {
    yield value;
    if (--left === 0) return;
  }
}
