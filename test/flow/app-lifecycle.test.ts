import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** The life of one app. */
describe("the story of an app", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let ann: OrreryClient & { readonly memberId: string };
  let nobody: OrreryClient;
  let roleless: OrreryClient;
  let viewer: OrreryClient;
  let otherTenant: OrreryClient;
  let namespaceId: string;
  let appId: string;
  let inbox: AsyncGenerator<Untyped, void, undefined>;
  let arrived: Promise<IteratorResult<Untyped, void>>;
  const releases: Untyped[] = [];
  const builds: Untyped[] = [];

  beforeAll(async () => {
    server = await TestServer.open();
    admin = await server.login();
    const [shop, elsewhere] = await Promise.all([createNamespace(admin, "shop"), createNamespace(admin, "elsewhere")]);
    namespaceId = shop.id;
    nobody = server.anonymous();
    ann = await server.member(admin, "DEVELOPER", shop.id);
    roleless = await server.member(admin);
    viewer = await server.member(admin, "VIEWER", shop.id);
    otherTenant = await server.member(admin, "DEVELOPER", elsewhere.id);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const app = async (asked: OrreryClient = ann): Promise<Untyped> => (await asked.ask("app", { id: appId })).app;

  /** The mutation is refused to everybody whom it does not concern, each with their own answer. */
  async function refusedToOthers(mutation: string, input: object, permission: string, isReview = false): Promise<void> {
    const as = (client: OrreryClient) => refusal(client.askUntyped(mutation, { input }));
    expect(await as(nobody)).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await as(roleless)).toMatchObject({ code: "NOT_FOUND" });
    expect(await as(otherTenant)).toMatchObject({ code: "NOT_FOUND" });
    for (const insider of isReview ? [viewer, ann] : [viewer]) {
      expect(await as(insider)).toMatchObject({ code: "FORBIDDEN", requiredPermission: permission });
    }
  }

  /** The query is answered to who may look, and to nobody else. */
  async function shownToInsiders(query: string, variables: object): Promise<Untyped> {
    const field = async (client: OrreryClient) => Object.values(await client.askUntyped(query, variables))[0];
    expect(await refusal(field(nobody))).toMatchObject({ code: "UNAUTHENTICATED" });
    for (const outsider of [roleless, otherTenant]) expect(await field(outsider)).toBeNull();
    const seen = await field(ann);
    expect(await field(viewer)).toEqual(seen);
    return seen;
  }

  async function streamedToInsiders(subscription: string, variables: object): Promise<void> {
    await expect(nobody.followUntyped(subscription, variables).next()).rejects.toMatchObject({ code: 4401 });
    for (const outsider of [roleless, otherTenant]) {
      expect(await refusal(outsider.followUntyped(subscription, variables))).toMatchObject({ code: "NOT_FOUND" });
    }
  }

  const liveImage = (): string | undefined => {
    const deployment = server.sandbox.kubernetes.object("Deployment", "shop", "web") as Untyped;
    return deployment?.spec.template.spec.containers[0].image;
  };

  test("an app is described, reviewed, built, rolled out and back, and retired", async () => {
    await step("a developer describes it", async () => {
      const input = { namespaceId, name: "web", displayName: "The shop window", spec: helloSpec };
      await refusedToOthers("create-app", input, "app:create");
      expect((await admin.ask("apps")).apps.totalCount).toBe(0);
      const created = (await ann.ask("create-app", { input })).createApp.app;
      expect(created).toMatchObject({ name: "web", phase: "DRAFT", revision: { number: 1 } });
      appId = created.id;
      expect(await shownToInsiders("app", { id: appId })).toMatchObject({
        displayName: "The shop window",
        lastBuild: null,
        pods: [],
      });
      for (const outsider of [roleless, otherTenant])
        expect((await outsider.ask("apps")).apps).toMatchObject({ totalCount: 0, nodes: [] });
    });

    await step("and submits it; a draft cannot be approved, nor what is under review be edited", async () => {
      const input = { id: appId };
      expect(await refusal(admin.ask("approve-app", { input }))).toMatchObject({ code: "ILLEGAL_STATE" });
      await refusedToOthers("submit-app", input, "app:submit");
      expect((await app()).phase).toBe("DRAFT");
      expect((await ann.ask("submit-app", { input })).submitApp.app.phase).toBe("IN_REVIEW");
      expect(await refusal(ann.ask("submit-app", { input }))).toMatchObject({ code: "ILLEGAL_STATE" });
      expect(await refusal(ann.ask("update-app", { input: { id: appId, description: "no" } }))).toMatchObject({
        code: "ILLEGAL_STATE",
      });
      expect(
        await refusal(ann.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.0.0" } } })),
      ).toMatchObject({ code: "ILLEGAL_STATE" });
      await eventually(async () => {
        const [notification] = (await admin.ask("notifications")).notifications.nodes;
        expect(notification).toMatchObject({
          title: "The shop window waits for a review",
          subjectId: appId,
          readAt: null,
        });
      });
    });

    await step("the reviewer rejects it with a reason, and nothing that was typed is lost", async () => {
      inbox = ann.follow("notification-added");
      arrived = inbox.next();
      const before = await app();
      const input = { id: appId, reason: "One replica is enough for a start." };
      await refusedToOthers("reject-app", input, "app:review", true);
      expect(await refusal(admin.ask("reject-app", { input: { id: appId, reason: "  " } }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.reason" }],
      });
      expect((await app()).phase).toBe("IN_REVIEW");
      await admin.ask("reject-app", { input });
      const now = await app();
      expect(now).toMatchObject({ phase: "REJECTED", rejectionReason: input.reason });
      expect(now.spec).toEqual(before.spec);
      expect((await arrived).value.notification).toMatchObject({
        title: "The shop window was rejected",
        body: `Administrator says: ${input.reason}`,
        subjectId: appId,
      });
      arrived = inbox.next();
    });

    await step("the developer edits it, and it is approved", async () => {
      const edit = { id: appId, spec: { ...helloSpec, replicas: 1 } };
      await refusedToOthers("update-app", edit, "app:update");
      expect((await app()).spec.replicas).toBe(2);
      await ann.ask("update-app", { input: edit });
      await ann.ask("submit-app", { input: { id: appId } });
      await refusedToOthers("approve-app", { id: appId }, "app:review", true);
      expect((await app()).phase).toBe("IN_REVIEW");
      await admin.ask("approve-app", { input: { id: appId } });
      expect(await app()).toMatchObject({
        phase: "APPROVED",
        rejectionReason: null,
        spec: { replicas: 1 },
        revision: { number: 2 },
        approvedRevision: { number: 2 },
      });
      expect((await arrived).value.notification).toMatchObject({ title: "The shop window was approved" });
      const reviews = (await ann.ask("app-reviews", { app: appId })).app!.reviews;
      expect(reviews.nodes).toMatchObject([
        { decision: "APPROVED", reason: null, decidedBy: { name: "Administrator" }, revision: { number: 2 } },
        { decision: "REJECTED", reason: "One replica is enough for a start.", revision: { number: 1 } },
      ]);
      await eventually(async () =>
        expect(await app()).toMatchObject({ providedAt: expect.any(String), condition: null }),
      );
    });

    await step("its tags and branches are listed, searched and paged", async () => {
      const refs = async (variables: object): Promise<Untyped> =>
        (await ann.ask("repository-refs", { app: appId, ...variables })).repositoryRefs;
      const names = ({ nodes }: Untyped): string[] => nodes.map(({ name }: { name: string }) => name);
      const tags = await refs({});
      expect(names(tags)).toEqual(["v1.4.0-fail", "v1.3.0-missing", "v1.2.0-crash", "v1.1.0", "v1.0.0"]);
      expect(tags.nodes.at(-1)).toMatchObject({
        kind: "TAG" as const,
        commit: expect.stringMatching(/^[0-9a-f]{40}$/),
        subject: "Say hello",
      });
      expect(names(await refs({ kind: "BRANCH" })).sort()).toEqual(["feature/greeting", "main"]);
      expect(names(await refs({ search: "v1.1" }))).toEqual(["v1.1.0"]);
      const first = await refs({ first: 2 });
      expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
      const rest = await refs({ first: 3, after: first.pageInfo.endCursor });
      expect(rest.pageInfo.hasNextPage).toBe(false);
      expect([...names(first), ...names(rest)]).toEqual(names(tags));
      for (const outsider of [roleless, otherTenant]) {
        expect(await refusal(outsider.ask("repository-refs", { app: appId }))).toMatchObject({ code: "NOT_FOUND" });
      }
      expect(await refusal(nobody.ask("repository-refs", { app: appId }))).toMatchObject({ code: "UNAUTHENTICATED" });
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
        "The shop window was rejected",
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
      ).toBe(7);
      expect((await ann.ask("mark-notifications-read", { input: {} })).markNotificationsRead.unreadCount).toBe(0);
      expect((await ann.ask("notifications", { unreadOnly: true })).notifications.nodes).toEqual([]);
      for (const outsider of [roleless, viewer, otherTenant]) {
        expect((await outsider.ask("notifications")).notifications.totalCount).toBe(0);
      }
      await inbox.return();
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
      const entries: Untyped[] = (
        await viewer.ask("journal", { filter: { appId }, first: 100 })
      ).journal.nodes.reverse();
      const ofAnn = (await ann.ask("viewer")).viewer.member.name;
      const by = (name: string, ...events: string[]): string[] => events.map((event) => `${name}: ${event}`);
      const delivery = ["build.succeeded", "release.created", "rollout.started", "rollout.succeeded"];
      expect(entries.map(({ actorName, event }) => `${actorName}: ${event}`)).toEqual([
        ...by(ofAnn, "app.created", "app.submitted"),
        ...by("Administrator", "app.rejected"),
        ...by(ofAnn, "app.updated", "app.submitted"),
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
      expect(entries[2].data).toMatchObject({ reason: "One replica is enough for a start." });
      expect(entries[3].data).toMatchObject({ before: { replicas: 2 }, after: { replicas: 1 } });
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
    await streamedToInsiders("rollout-progress", { rollout: rollout.id });
    const states = await all(ann.follow("rollout-progress", { app: appId }));
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
