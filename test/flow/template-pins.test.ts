import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { approvedApp, createNamespace, TestServer, type Namespace, type App } from "../support/test-server.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** Who stays with a version of a template. */
describe("pins of templates", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let ruler: OrreryClient;
  let developer: OrreryClient;
  let otherTenant: OrreryClient;
  let shop: Namespace;
  let web: App;
  let api: App;
  let other: App;
  let seed: string;
  /** Everyone's template for Deployments, and its versions. */
  let template: Untyped;
  let versions: Untyped[];

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    const [first, second] = await Promise.all([createNamespace(admin, "shop"), createNamespace(admin, "elsewhere")]);
    shop = first;
    ruler = await server.member(admin, "ADMINISTRATOR", shop.id);
    developer = await server.member(admin, "DEVELOPER", shop.id);
    otherTenant = await server.member(admin, "ADMINISTRATOR", second.id);
    web = await approvedApp(admin, shop.id, "web");
    api = await approvedApp(admin, shop.id, "api");
    other = await approvedApp(admin, second.id, "other");
    const { templateKinds } = await admin.ask("template-kinds");
    seed = templateKinds.find(({ kind }) => kind === "DEPLOYMENT")!.seed;
    template = await change("create-template", { kind: "DEPLOYMENT" as const, source: history(1) });
    versions = [];
    await publish(1);
    await publish(2);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const change = async (operation: string, input: object, asked = admin) => {
    const payload = Object.values(await asked.askUntyped(operation, { input }))[0] as Untyped;
    return payload.pin ?? payload.template;
  };
  const history = (limit: number): string =>
    seed.replace(/revisionHistoryLimit: \d+/, `revisionHistoryLimit: ${limit}`);
  /** Each version keeps as much history as its number says. */
  const publish = async (number: number): Promise<void> => {
    await change("save-template-draft", { id: template.id, source: history(number) });
    template = await change("publish-template", { id: template.id });
    versions.push(template.published);
  };
  const pin = (version: Untyped, place: object, asked = ruler) =>
    change("pin-template", { versionId: version.id, ...place }, asked);
  const unpin = ({ id }: Untyped, asked = ruler) => change("unpin-template", { id }, asked);
  const historyOf = async ({ id }: Untyped): Promise<number> => {
    const document = `query ($id: ID!) { app(id: $id) { manifests { objects { kind object } } } }`;
    const { objects } = (await admin.ask(document, { id })).app!.manifests;
    return objects.find(({ kind }) => kind === "Deployment")!.object.spec.revisionHistoryLimit;
  };
  const histories = (): Promise<number[]> => Promise.all([web, api, other].map(historyOf));
  const chainOf = async ({ id }: Untyped): Promise<string[]> => {
    const { app } = await admin.ask("app-templates", { id });
    const { chain } = app!.templates.find(({ kind }) => kind === "DEPLOYMENT")!;
    return chain.map((link) => `${link.level} ${link.version?.number ?? "-"}${link.pin ? " pinned" : ""}`);
  };

  test("a pinned version stays, whatever is published, until it is unpinned", async () => {
    await step("a namespace stays with a version, whatever is published later", async () => {
      expect(await histories()).toEqual([2, 2, 2]);
      const pinned = await pin(versions[0], { namespaceId: shop.id });
      expect(pinned).toMatchObject({
        kind: "DEPLOYMENT" as const,
        template: { id: template.id },
        templateVersion: { number: 1 },
        namespace: { name: "shop" },
        app: null,
        endedAt: null,
      });
      expect(await histories()).toEqual([1, 1, 2]);
      await publish(3);
      expect(await histories()).toEqual([1, 1, 3]);
      expect(await chainOf(web)).toEqual(["NAMESPACE 1 pinned", "PLATFORM 3", "SEED -"]);
      expect(await chainOf(other)).toEqual(["PLATFORM 3", "SEED -"]);
      const impact: Untyped[] = [];
      await change("save-template-draft", { id: template.id, source: history(4) });
      for await (const event of admin.follow("template-impact", { template: template.id })) impact.push(event);
      expect(impact.flatMap(({ app }) => (app ? [app.name] : []))).toEqual(["other"]);
    });

    await step("an app's pin comes before its namespace's, and a newer one takes the place of the older", async () => {
      const first = await pin(versions[2], { appId: web.id });
      expect(await histories()).toEqual([3, 1, 3]);
      const second = await pin(versions[1], { appId: web.id });
      expect(await histories()).toEqual([2, 1, 3]);
      expect(await chainOf(web)).toEqual(["APP 2 pinned", "NAMESPACE 1 pinned", "PLATFORM 3", "SEED -"]);
      expect(await pin(versions[1], { appId: web.id })).toMatchObject({ id: second.id });
      expect(await refusal(unpin(first))).toMatchObject({ code: "ILLEGAL_STATE" });
      expect((await unpin(second)).endedAt).not.toBeNull();
      expect(await histories()).toEqual([1, 1, 3]);
      const { templatePins } = await ruler.ask("template-pins", { filter: { ended: true } });
      expect(templatePins.nodes.map(({ app, templateVersion }) => [app?.name, templateVersion.number])).toEqual([
        ["web", 2],
        ["web", 3],
        [undefined, 1],
      ]);
      expect((await ruler.ask("template-pins")).templatePins.totalCount).toBe(1);
    });

    await step("of one level a pin comes before the template, and it outlives an archived one", async () => {
      const own = await change("create-template", {
        kind: "DEPLOYMENT" as const,
        namespaceId: shop.id,
        source: history(7),
      });
      await change("publish-template", { id: own.id });
      expect(await chainOf(web)).toEqual(["NAMESPACE 1 pinned", "NAMESPACE 1", "PLATFORM 3", "SEED -"]);
      expect(await histories()).toEqual([1, 1, 3]);
      await change("archive-template", { id: template.id });
      expect(await histories()).toEqual([1, 1, 5]);
      const [pinned] = (await ruler.ask("template-pins")).templatePins.nodes;
      await unpin(pinned);
      expect(await histories()).toEqual([7, 7, 5]);
    });

    await step("a variable that a pinned version uses cannot be deleted", async () => {
      const input = { name: "limit", type: "NUMBER" as const, description: "History.", defaultValue: 8 };
      const { variable } = (await admin.ask("declare-variable", { input })).declareVariable;
      const source = seed.replace(/revisionHistoryLimit: \d+/, "revisionHistoryLimit: {{variables.limit}}");
      template = await change("create-template", { kind: "DEPLOYMENT" as const, source });
      template = await change("publish-template", { id: template.id });
      const pinned = await pin(template.published, { appId: web.id });
      await change("save-template-draft", { id: template.id, source: history(6) });
      await change("publish-template", { id: template.id });
      expect(await histories()).toEqual([8, 7, 6]);
      const erase = () => admin.ask("delete-variable", { input: { id: variable.id } });
      expect(await refusal(erase())).toMatchObject({ code: "ILLEGAL_STATE", templates: [template.id] });
      await unpin(pinned);
      await erase();
      expect(
        await refusal(
          pin(template.published, { appId: web.id }).then(() =>
            pin({ id: pinned.templateVersion.id }, { appId: web.id }),
          ),
        ),
      ).toMatchObject({
        code: "INVALID_INPUT",
        message: expect.stringContaining(`There is no field "limit"`),
      });
    });

    await step(
      "only a published version can be pinned, only where its template counts, by who administers the place",
      async () => {
        const draft = (await change("save-template-draft", { id: template.id, source: history(9) })).draft;
        expect(await refusal(pin(draft, { namespaceId: shop.id }))).toMatchObject({ code: "ILLEGAL_STATE" });
        const own = await change("create-template", { kind: "SERVICE" as const, appId: web.id });
        const { published } = await change("publish-template", { id: own.id });
        for (const [version, place, path] of [
          [published, { namespaceId: shop.id }, "input.versionId"],
          [published, { appId: api.id }, "input.versionId"],
          [versions[0], {}, "input.namespaceId"],
        ] as const)
          expect(await refusal(pin(version, place))).toMatchObject({ code: "INVALID_INPUT", fields: [{ path }] });
        const labelled = await change("create-template", { kind: "NAMESPACE" as const });
        const ofNamespaces = (await change("publish-template", { id: labelled.id })).published;
        expect(await refusal(pin(ofNamespaces, { appId: web.id }))).toMatchObject({
          fields: [{ path: "input.appId" }],
        });
        await pin(ofNamespaces, { namespaceId: shop.id });
        expect(await refusal(pin(versions[0], { appId: web.id }, developer))).toMatchObject({
          code: "FORBIDDEN",
          requiredPermission: "namespace:update",
        });
        const theirs = pin(versions[0], { namespaceId: shop.id }, otherTenant);
        expect(await refusal(theirs)).toMatchObject({ code: "NOT_FOUND" });
        expect((await otherTenant.ask("template-pins", { filter: { ended: true } })).templatePins.nodes).toEqual([]);
      },
    );
  }, 240_000);
});
