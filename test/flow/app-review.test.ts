import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped } from "../../src/demo/orrery-client.js";
import { openActors } from "../support/app-actors.js";
import { eventually } from "../support/eventually.js";
import { helloSpec, TestServer } from "../support/test-server.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** An app until it is approved; app-lifecycle.test.ts goes on from there. */
describe("the review of an app", () => {
  let server: TestServer;
  let actors: Awaited<ReturnType<typeof openActors>>;
  let appId: string;
  let inbox: AsyncGenerator<Untyped, void, undefined>;
  let arrived: Promise<IteratorResult<Untyped, void>>;

  beforeAll(async () => {
    server = await TestServer.open();
    actors = await openActors(server);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const app = async (): Promise<Untyped> => (await actors.ann.ask("app", { id: appId })).app;

  test("an app is described, submitted, rejected, edited and approved", async () => {
    const { admin, ann, nobody, roleless, otherTenant, viewer, namespaceId, refusedToOthers, shownToInsiders } = actors;

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

    await step("the developer was told of both decisions, once each, and nobody else", async () => {
      const { nodes } = (await ann.ask("notifications", { first: 100 })).notifications;
      expect(nodes.map(({ title }) => title).toReversed()).toEqual([
        "The shop window was rejected",
        "The shop window was approved",
      ]);
      for (const outsider of [roleless, viewer, otherTenant]) {
        expect((await outsider.ask("notifications")).notifications.totalCount).toBe(0);
      }
      await inbox.return();
    });

    await step("the journal tells the review in order, with who did it, the reason and the change", async () => {
      const ofAnn = (await ann.ask("viewer")).viewer.member.name;
      const entries: Untyped[] = await eventually(async () => {
        const { nodes } = (await viewer.ask("journal", { filter: { appId }, first: 100 })).journal;
        expect(nodes.map(({ actorName, event }) => `${actorName}: ${event}`).toReversed()).toEqual([
          `${ofAnn}: app.created`,
          `${ofAnn}: app.submitted`,
          "Administrator: app.rejected",
          `${ofAnn}: app.updated`,
          `${ofAnn}: app.submitted`,
          "Administrator: app.approved",
          "Orrery: app.provided",
        ]);
        return nodes.toReversed();
      });
      expect(entries[2].data).toMatchObject({ reason: "One replica is enough for a start." });
      expect(entries[3].data).toMatchObject({ before: { replicas: 2 }, after: { replicas: 1 } });
    });

    await step("nobody who was refused left a mark in the journal", async () => {
      const { nodes } = (await admin.ask("journal", { first: 100 })).journal;
      const refused = await Promise.all(
        [roleless, viewer, otherTenant].map(async (each) => (await each.ask("viewer")).viewer.member.name),
      );
      const deeds = nodes.filter(({ actorName }) => refused.includes(actorName)).map(({ event }) => event);
      expect(new Set(deeds)).toEqual(new Set(["session.started"]));
    });

    await step("the upstreams were asked nothing that they do not know", () => {
      expect(server.sandbox.unknownRequests()).toEqual([]);
    });
  }, 120_000);
});
