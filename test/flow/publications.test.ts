import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer, type Namespace } from "../support/test-server.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** A template for everyone is published in stages. */
describe("publishing in stages", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let first: Namespace;
  let second: Namespace;
  let third: Namespace;
  let seed: string;
  const apps: Record<string, Untyped> = {};
  let template: Untyped;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    [first, second, third] = await Promise.all([
      createNamespace(admin, "first"),
      createNamespace(admin, "second"),
      createNamespace(admin, "third"),
    ]);
    const { templateKinds } = await admin.ask("template-kinds");
    seed = templateKinds.find(({ kind }) => kind === "DEPLOYMENT")!.seed;
    const names = [
      ["one", first],
      ["two", first],
      ["three", second],
      ["four", third],
    ] as const;
    for (const [name, { id }] of names) apps[name] = await liveApp(id, name);
    // Nothing of it is live, so nothing of it is released.
    apps["draft"] = await approvedApp(admin, first.id, "draft");
    template = await change("create-template", { kind: "DEPLOYMENT" as const, source: history(1) });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const change = async (operation: string, input: object, asked = admin) => {
    const payload = Object.values(await asked.askUntyped(operation, { input }))[0] as Untyped;
    return payload.publication ?? payload.pin ?? payload.template;
  };
  const history = (limit: number): string =>
    seed.replace(/revisionHistoryLimit: \d+/, `revisionHistoryLimit: ${limit}`);
  /** What the cluster cannot run. */
  const broken = (limit: number): string =>
    history(limit).replace("image: {{image}}", `image: {{text image "-missing"}}`);
  const liveApp = async (namespaceId: string, name: string) => {
    const app = await approvedApp(admin, namespaceId, name, { ...helloSpec, replicas: 1 });
    await admin.ask("start-build", { input: { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" } } });
    await eventually(async () => {
      expect((await admin.ask("app", { id: app.id })).app!.lastRollout).toMatchObject({ phase: "SUCCEEDED" });
    });
    return app;
  };
  const draft = (source: string) => change("save-template-draft", { id: template.id, source });
  const publish = (stages: readonly Untyped[][], more: object = {}) =>
    change("publish-template-in-stages", {
      id: template.id,
      stages: stages.map((namespaces) => ({ namespaceIds: namespaces.map(({ id }) => id as string) })),
      ...more,
    });
  const read = async ({ id }: { readonly id: string }) => (await admin.ask("publication", { id })).publication;
  const until = (publication: Untyped, phase: string) =>
    eventually(async () => {
      const now = await read(publication);
      expect(now).toMatchObject({ phase });
      return now;
    });
  /** How far it is with each app. */
  const phases = async ({ id }: { readonly id: string }): Promise<Record<string, string>> => {
    const { nodes } = (await admin.ask("publication-apps", { publication: id, first: 100 })).publicationApps;
    return Object.fromEntries(nodes.map(({ app, phase }) => [app.name, phase as string]));
  };
  const liveHistory = (namespace: Untyped, name: string): number =>
    (server.sandbox.kubernetes.object("Deployment", namespace.name, name) as Untyped).spec.revisionHistoryLimit;
  const histories = (): number[] => [
    liveHistory(first, "one"),
    liveHistory(first, "two"),
    liveHistory(second, "three"),
    liveHistory(third, "four"),
  ];
  const rolloutsOf = async (name: string) => {
    const document = `query ($id: ID!) { app(id: $id) { rollouts { nodes { phase cause release { number image } } } } }`;
    return (await admin.ask(document, { id: apps[name]!.id })).app!.rollouts.nodes;
  };
  const chainOf = async (name: string): Promise<string[]> => {
    const { app } = await admin.ask("app-templates", { id: apps[name]!.id });
    const { chain } = app!.templates.find(({ kind }) => kind === "DEPLOYMENT")!;
    return chain.map(({ level, version }) => `${level} ${version?.number ?? "-"}`);
  };

  test("a template is published in stages, which stop at failures and go on", async () => {
    await step("live apps are released namespace by namespace, then everywhere, each once", async () => {
      const publication = await publish([[first], [second]], { atOnce: 1 });
      expect(publication).toMatchObject({
        phase: "RUNNING",
        templateVersion: { number: 1 },
        formerVersion: null,
        stages: [
          { number: 1, isEverywhere: false, namespaces: [{ name: "first" }] },
          { number: 2, isEverywhere: false, namespaces: [{ name: "second" }] },
          { number: 3, isEverywhere: true, namespaces: [] },
        ],
      });
      const events = await all(admin.follow("publication-changed", { publication: publication.id }));
      const versions = events.map((event) => event.publication.version);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      expect(Math.max(...events.map((event) => event.publication.counts.releasing))).toBe(1);
      expect(events.at(-1)!.publication).toMatchObject({
        phase: "SUCCEEDED",
        stage: 3,
        counts: { total: 4, succeeded: 4, failed: 0, waiting: 0 },
      });
      // Behind an event there is nothing but what is newer.
      const [middle] = events.slice(1);
      const rest = await all(
        admin.follow("publication-changed", { publication: publication.id, after: middle!.cursor }),
      );
      expect(rest.at(-1)).toEqual(events.at(-1));
      expect(rest.every((event) => event.publication.version > middle!.publication.version)).toBe(true);
      expect(histories()).toEqual([1, 1, 1, 1]);
      for (const name of ["one", "two", "three", "four"]) {
        const rollouts = await rolloutsOf(name);
        expect(rollouts).toMatchObject([
          { phase: "SUCCEEDED", cause: "PUBLICATION", release: { number: 2 } },
          { phase: "SUCCEEDED", cause: "BUILD", release: { number: 1 } },
        ]);
        expect(rollouts[0]!.release.image).toBe(rollouts[1]!.release.image);
      }
      expect((await admin.ask("template", { id: template.id })).template).toMatchObject({
        published: { number: 1 },
        draft: null,
      });
      const { journal } = await admin.ask("journal", { first: 100 });
      const publicationEvents = journal.nodes
        .filter(({ event }) => event.startsWith("publication."))
        .map(({ event }) => event);
      expect(publicationEvents.toReversed()).toEqual([
        "publication.started",
        "publication.stageBegan",
        "publication.stageBegan",
        "publication.stageBegan",
        "publication.succeeded",
      ]);
    });

    await step(
      "a failing rollout in the first namespace leaves the others untouched, and going back is whole",
      async () => {
        await draft(broken(2));
        const publication = await publish([[first], [second]]);
        const stopped = await until(publication, "STOPPED");
        expect(stopped).toMatchObject({ stage: 1, counts: { total: 2, failed: expect.any(Number) } });
        expect(stopped!.condition).toMatchObject({ code: "TOO_MANY_FAILURES" });
        expect(stopped!.condition!.message).toMatch(/^first\/(one|two): Rollout 3 failed: /);
        expect(await chainOf("one")).toEqual(["PLATFORM 2", "PLATFORM 1", "SEED -"]);
        expect(await chainOf("three")).toEqual(["PLATFORM 1", "SEED -"]);
        for (const name of ["three", "four"]) expect(await rolloutsOf(name)).toHaveLength(2);
        expect(histories().slice(2)).toEqual([1, 1]);
        // While it is open, nothing else changes the effective version.
        await draft(history(9));
        for (const operation of ["publish-template", "archive-template"])
          expect(await refusal(change(operation, { id: template.id }))).toMatchObject({
            code: "ILLEGAL_STATE",
            publication: publication.id,
          });
        expect(await refusal(publish([[second]]))).toMatchObject({
          code: "ILLEGAL_STATE",
          publication: publication.id,
        });

        await change("cancel-publication", { id: publication.id });
        expect(await chainOf("one")).toEqual(["PLATFORM 1", "SEED -"]);
        const cancelled = await until(publication, "CANCELLED");
        expect(cancelled!.counts).toMatchObject({ total: 2, rolledBack: 2 });
        expect(histories()).toEqual([1, 1, 1, 1]);
        for (const name of ["one", "two"]) {
          const [back, tried] = await rolloutsOf(name);
          expect(tried).toMatchObject({ cause: "PUBLICATION", release: { number: 3 } });
          expect(back).toMatchObject({ phase: "SUCCEEDED", cause: "PUBLICATION", release: { number: 2 } });
        }
        expect(await refusal(change("resume-publication", { id: publication.id }))).toMatchObject({
          code: "ILLEGAL_STATE",
        });
      },
    );

    await step("who has another template, a pin or suspended releases is left alone and named", async () => {
      const { published } = (await admin.ask("template", { id: template.id })).template!;
      await change("pin-template", { versionId: published!.id, appId: apps["one"]!.id });
      const own = await change("create-template", {
        kind: "DEPLOYMENT" as const,
        namespaceId: third.id,
        source: history(7),
      });
      await change("publish-template", { id: own.id });
      const document = `query ($id: ID!) { app(id: $id) { releases { nodes { id number } } } }`;
      const { nodes } = (await admin.ask(document, { id: apps["two"]!.id })).app!.releases;
      const toReleaseId = nodes.find(({ number }) => number === 1)!.id;
      await admin.ask("roll-back", { input: { toReleaseId } });
      await eventually(async () =>
        expect((await rolloutsOf("two"))[0]).toMatchObject({ cause: "ROLL_BACK", phase: "SUCCEEDED" }),
      );
      const publication = await publish([[second]]);
      await until(publication, "SUCCEEDED");
      expect(await phases(publication)).toEqual({
        one: "UNCHANGED",
        two: "SKIPPED",
        three: "SUCCEEDED",
        four: "UNCHANGED",
      });
      const { publicationApps } = await admin.ask("publication-apps", {
        publication: publication.id,
        phases: ["SKIPPED"],
      });
      expect(publicationApps.nodes).toMatchObject([
        {
          app: { name: "two" },
          condition: { code: "RELEASES_SUSPENDED", message: expect.stringContaining("suspended") },
        },
      ]);
      expect(histories()).toEqual([1, 5, 9, 1]);
      await admin.ask("resume-releases", { input: { appId: apps["two"]!.id } });
    });

    await step("one that stopped goes on when what was wrong is put right", async () => {
      const input = {
        name: "suffix",
        type: "TEXT" as const,
        description: "What images end with.",
        defaultValue: "-missing",
      };
      const { variable } = (await admin.ask("declare-variable", { input })).declareVariable;
      await draft(history(3).replace("image: {{image}}", "image: {{text image variables.suffix}}"));
      const publication = await publish([[second], [first]]);
      await until(publication, "STOPPED");
      expect(await phases(publication)).toEqual({ three: "FAILED" });
      await admin.ask("set-variable", { input: { variableId: variable.id, value: "" } });
      await change("resume-publication", { id: publication.id });
      const done = await until(publication, "SUCCEEDED");
      expect(done).toMatchObject({ condition: null, counts: { failed: 0 } });
      expect(await phases(publication)).toEqual({
        one: "UNCHANGED",
        two: "SUCCEEDED",
        three: "SUCCEEDED",
        four: "UNCHANGED",
      });
      expect(histories()).toEqual([1, 3, 3, 1]);
    });

    await step("some apps may fail, and the rest goes on", async () => {
      await draft(
        history(4).replace(
          /^( *)image: .*$/m,
          `{{#if (is app.name "three")}}\n$1image: {{text image "-missing"}}\n{{else}}\n$1image: {{image}}\n{{/if}}`,
        ),
      );
      const publication = await publish([[second]], { toleratedFailures: 1 });
      const done = await until(publication, "SUCCEEDED");
      expect(done!.counts).toMatchObject({ succeeded: 1, failed: 1, unchanged: 2 });
      expect(histories()).toEqual([1, 4, 4, 1]);
      expect((await rolloutsOf("three"))[0]).toMatchObject({ phase: "FAILED", cause: "PUBLICATION" });
    });

    await step(
      "what cannot have stages is refused with the remedy, and only who manages templates sees any of it",
      async () => {
        await draft(history(5));
        for (const [stages, path] of [
          [[], "input.stages"],
          [[[]], "input.stages[0].namespaceIds"],
          [[[first], [second, first]], "input.stages[1].namespaceIds[1]"],
          [[[{ id: "nsp_nowhere" }]], "input.stages[0].namespaceIds[0]"],
        ] as const)
          expect(await refusal(publish(stages as unknown as Untyped[][]))).toMatchObject({
            code: "INVALID_INPUT",
            fields: [{ path }],
          });
        expect(await refusal(publish([[first]], { atOnce: 51 }))).toMatchObject({ fields: [{ path: "input.atOnce" }] });
        expect(await refusal(publish([[first]], { expectedVersion: 1 }))).toMatchObject({ code: "CONFLICT" });
        const own = await change("create-template", { kind: "SERVICE" as const, namespaceId: first.id });
        const ofNamespaces = await change("create-template", { kind: "NAMESPACE" as const });
        for (const { id } of [own, ofNamespaces])
          expect((await refusal(publish([[first]], { id }))).message).toContain("publishTemplate");
        const [publication] = (await admin.ask("publications")).publications.nodes;
        const ruler = await server.member(admin, "ADMINISTRATOR", first.id);
        for (const [operation, input] of [
          ["publish-template-in-stages", { id: template.id, stages: [{ namespaceIds: [first.id] }] }],
          ["resume-publication", { id: publication!.id }],
          ["cancel-publication", { id: publication!.id }],
        ] as const)
          expect(await refusal(change(operation, input, ruler))).toMatchObject({
            code: "FORBIDDEN",
            requiredPermission: "template:manage",
          });
        expect((await ruler.ask("publications")).publications.nodes).toEqual([]);
        expect((await ruler.ask("publication", { id: publication!.id })).publication).toBeNull();
        expect((await ruler.ask("publication-apps", { publication: publication!.id })).publicationApps.nodes).toEqual(
          [],
        );
        const followed = ruler.follow("publication-changed", { publication: publication!.id });
        expect(await refusal(followed)).toMatchObject({ code: "FORBIDDEN", requiredPermission: "template:manage" });
      },
    );
  }, 240_000);
});
