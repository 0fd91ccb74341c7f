import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
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
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** What an administrator does with templates. */
describe("templates", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let developer: OrreryClient;
  let otherTenant: OrreryClient;
  let roleless: OrreryClient;
  let shop: Namespace;
  let web: App;
  let other: App;
  let seeds: Readonly<Record<string, string>>;
  /** The shop's own template for Deployments. */
  let template: Untyped;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    const [first, second] = await Promise.all([createNamespace(admin, "shop"), createNamespace(admin, "elsewhere")]);
    shop = first;
    developer = await server.member(admin, "DEVELOPER", shop.id);
    otherTenant = await server.member(admin, "DEVELOPER", second.id);
    roleless = await server.member(admin);
    web = await approvedApp(admin, shop.id, "web");
    other = await approvedApp(admin, second.id, "other");
    const { templateKinds } = await admin.ask("template-kinds");
    seeds = Object.fromEntries(templateKinds.map(({ kind, seed }) => [kind, seed]));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const change = async (operation: string, input: object, asked = admin) =>
    (Object.values(await asked.askUntyped(operation, { input }))[0] as Untyped).template;
  const history = (source: string, limit: number): string =>
    source.replace(/revisionHistoryLimit: \d+/, `revisionHistoryLimit: ${limit}`);
  const deploymentOf = async ({ id }: { readonly id: string }) => {
    const document = `query ($id: ID!) { app(id: $id) { manifests { objects { kind object } } } }`;
    const { app } = await developerOf(id).ask(document, { id });
    return app!.manifests.objects.find(({ kind }) => kind === "Deployment")!.object.spec;
  };
  const developerOf = (id: string): OrreryClient => (id === web.id ? developer : otherTenant);
  const chainOf = async (kind: string): Promise<string[]> => {
    const { app } = await developer.ask("app-templates", { id: web.id });
    return app!.templates.find((each) => each.kind === kind)!.chain.map(({ level }) => level);
  };

  const jobConfig = async (job: string): Promise<string> => {
    const { JENKINS_URL, JENKINS_USER, JENKINS_TOKEN } = server.sandbox.environment;
    const authorization = `Basic ${Buffer.from(`${JENKINS_USER}:${JENKINS_TOKEN}`).toString("base64")}`;
    return (await fetch(`${JENKINS_URL}/job/${job}/config.xml`, { headers: { authorization } })).text();
  };

  test("templates are tried, published, compared, restored and archived", async () => {
    await step("every kind says what it sees and what it must make", async () => {
      const { templateKinds } = await developer.ask("template-kinds");
      const deployment = templateKinds.find(({ kind }) => kind === "DEPLOYMENT");
      expect(deployment).toMatchObject({ language: "YAML", makes: "apps/v1 Deployment" });
      expect(deployment!.variables.properties.app.properties.name.description).toContain("DNS label");
      const { templateVariables } = await developer.ask("template-variables", { kind: "DEPLOYMENT" });
      expect(templateVariables).toEqual(deployment!.variables);
    });

    await step("a source is tried before it is saved, on a made-up app or a real one", async () => {
      const preview = async (variables: object) =>
        (await admin.ask("preview-template", { kind: "DEPLOYMENT", source: seeds["DEPLOYMENT"]!, ...variables }))
          .previewTemplate;
      expect(await preview({})).toMatchObject({ problem: null, output: expect.stringContaining('name: "checkout"') });
      expect(await preview({ app: web.id })).toMatchObject({
        problem: null,
        output: expect.stringContaining('name: "web"'),
      });
      const source = seeds["DEPLOYMENT"]!.replace("{{app.name}}", "{{app.nmae}}");
      expect(await preview({ source, app: web.id })).toEqual({
        output: null,
        problem: { message: `There is no field "nmae" in "app"; did you mean "name"?`, line: 5, column: 11 },
      });
      const job = { kind: "JENKINS_JOB" as const, source: seeds["JENKINS_JOB"], app: web.id };
      expect((await preview(job)).output).toContain("acme/hello-orrery");
      expect(await refusal(preview({ kind: "NAMESPACE", source: seeds["NAMESPACE"], app: web.id }))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "app" }],
      });
      const asked = developer.ask("preview-template", { kind: "SERVICE", source: "" });
      expect(await refusal(asked)).toMatchObject({ code: "FORBIDDEN", requiredPermission: "template:manage" });
    });

    await step(
      "a draft begins with the effective version, and a wrong source is refused with its place and kept out",
      async () => {
        template = await change("create-template", { kind: "DEPLOYMENT" as const, namespaceId: shop.id });
        expect(template).toMatchObject({ level: "NAMESPACE", published: null, draft: { number: 1 } });
        expect(template.draft.source).toBe(seeds["DEPLOYMENT"]);
        const save = (source: string) => change("save-template-draft", { id: template.id, source });
        expect(await refusal(save("a: {{nobody}}"))).toMatchObject({ code: "INVALID_INPUT", line: 1, column: 6 });
        expect(await refusal(save(seeds["SERVICE"]!))).toMatchObject({ code: "INVALID_INPUT", line: 1, column: 1 });
        const escaping = seeds["DEPLOYMENT"]!.replace("namespace: {{namespace.name}}", "namespace: kube-system");
        expect((await refusal(save(escaping))).message).toContain("nothing is made in another namespace");
        expect(await refusal(save(`${seeds["DEPLOYMENT"]!}${"#".repeat(300_000)}`))).toMatchObject({
          code: "INVALID_INPUT",
          message: expect.stringContaining("at most 256 KiB"),
        });
        expect((await admin.ask("template", { id: template.id })).template).toMatchObject({
          draft: { number: 1, source: seeds["DEPLOYMENT"] },
          version: template.version,
        });
        const again = change("create-template", { kind: "DEPLOYMENT" as const, namespaceId: shop.id });
        expect(await refusal(again)).toMatchObject({ code: "CONFLICT", fields: [{ path: "input.kind" }] });
      },
    );

    await step("it is effective once it is published, for its namespace alone", async () => {
      const saved = await change("save-template-draft", {
        id: template.id,
        source: history(seeds["DEPLOYMENT"]!, 3),
        note: "Less history.",
        expectedVersion: template.version,
      });
      const stale = change("publish-template", { id: template.id, expectedVersion: template.version });
      expect(await refusal(stale)).toMatchObject({ code: "CONFLICT" });
      expect(await deploymentOf(web)).toMatchObject({ revisionHistoryLimit: 5 });
      expect(await chainOf("DEPLOYMENT")).toEqual(["SEED"]);
      template = await change("publish-template", { id: template.id, expectedVersion: saved.version });
      expect(template).toMatchObject({ draft: null, published: { number: 1, hash: saved.draft.hash } });
      expect(await chainOf("DEPLOYMENT")).toEqual(["NAMESPACE", "SEED"]);
      expect(await deploymentOf(web)).toMatchObject({ revisionHistoryLimit: 3 });
      expect(await deploymentOf(other)).toMatchObject({ revisionHistoryLimit: 5 });
      expect(await refusal(change("publish-template", { id: template.id }))).toMatchObject({ code: "ILLEGAL_STATE" });
    });

    await step("a release is made by it and says so", async () => {
      await developer.ask("start-build", { input: { appId: web.id, ref: { kind: "TAG", name: "v1.0.0" } } });
      await eventually(async () => {
        const { app } = await developer.ask("app", { id: web.id });
        expect(app!.lastRollout).toMatchObject({ phase: "SUCCEEDED" });
      });
      const deployment = server.sandbox.kubernetes.object("Deployment", "shop", "web") as Untyped;
      expect(deployment.spec.revisionHistoryLimit).toBe(3);
      const document = `query ($id: ID!) { app(id: $id) { releases { nodes { templateVersions { name version } } } } }`;
      const [release] = (await developer.ask(document, { id: web.id })).app!.releases.nodes;
      expect(release!.templateVersions).toContainEqual({
        name: "kubernetes/deployment",
        version: template.published.hash,
      });
    });

    await step("an app's own comes before its namespace's, until it is archived", async () => {
      const source = history(seeds["DEPLOYMENT"]!, 1);
      const own = await change("create-template", { kind: "DEPLOYMENT" as const, appId: web.id, source });
      expect(own.level).toBe("APP");
      await change("publish-template", { id: own.id });
      expect(await chainOf("DEPLOYMENT")).toEqual(["APP", "NAMESPACE", "SEED"]);
      expect(await deploymentOf(web)).toMatchObject({ revisionHistoryLimit: 1 });
      expect((await change("archive-template", { id: own.id })).archivedAt).not.toBeNull();
      expect(await chainOf("DEPLOYMENT")).toEqual(["NAMESPACE", "SEED"]);
      expect(await deploymentOf(web)).toMatchObject({ revisionHistoryLimit: 3 });
      expect(await refusal(change("publish-template", { id: own.id }))).toMatchObject({ code: "ILLEGAL_STATE" });
      const wrong = change("create-template", { kind: "NAMESPACE" as const, appId: web.id });
      expect(await refusal(wrong)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.appId" }] });
    });

    await step("jobs and namespaces follow at once", async () => {
      const source = seeds["JENKINS_JOB"]!.replace("</description>", " By the platform team.</description>");
      expect(source).not.toBe(seeds["JENKINS_JOB"]);
      const job = await change("create-template", { kind: "JENKINS_JOB" as const, source });
      expect(job.level).toBe("PLATFORM");
      await change("publish-template", { id: job.id });
      const labelled = seeds["NAMESPACE"]!.replace("  labels:\n", "  labels:\n    example.com/team: shop\n");
      expect(labelled).not.toBe(seeds["NAMESPACE"]);
      const own = await change("create-template", {
        kind: "NAMESPACE" as const,
        namespaceId: shop.id,
        source: labelled,
      });
      await change("publish-template", { id: own.id });
      await eventually(async () => {
        for (const name of ["shop.web", "elsewhere.other"])
          expect(await jobConfig(name)).toContain("By the platform team.");
        const { metadata } = server.sandbox.kubernetes.object("Namespace", undefined, "shop") as Untyped;
        expect(metadata.labels).toMatchObject({ "example.com/team": "shop" });
      });
    });

    await step("versions are kept, compared and restored", async () => {
      const restored = await change("restore-template-version", { id: template.id, number: 1 });
      expect(restored).toMatchObject({ draft: { number: 2, hash: template.published.hash, note: "Version 1 again." } });
      await change("save-template-draft", { id: template.id, source: history(seeds["DEPLOYMENT"]!, 9) });
      const { templateVersions } = await developer.ask("template-versions", { template: template.id });
      expect(templateVersions).toMatchObject({
        totalCount: 2,
        nodes: [
          { number: 2, publishedAt: null },
          { number: 1, note: "Less history." },
        ],
      });
      const compare = async (from: number, to: number) =>
        (await developer.ask("compare-template-versions", { template: template.id, from, to })).compareTemplateVersions;
      const [hunk, ...more] = await compare(1, 2);
      expect(more).toEqual([]);
      expect(hunk!.lines).toEqual(expect.arrayContaining(["-  revisionHistoryLimit: 3", "+  revisionHistoryLimit: 9"]));
      expect((await compare(0, 2))[0]!.lines).toContain("-  revisionHistoryLimit: 5");
      expect(await refusal(compare(1, 7))).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "to" }] });
      const unknown = change("restore-template-version", { id: template.id, number: 7 });
      expect(await refusal(unknown)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.number" }] });
    });

    await step("what is not released yet is told field by field, and so is what differs between releases", async () => {
      const pending = async (asked = developer) =>
        (await asked.ask("pending-changes", { id: web.id })).app?.pendingChanges;
      const releases = async () => (await developer.ask("releases", { app: web.id })).app!.releases.nodes;
      expect(await pending()).toEqual([]);
      await change("publish-template", { id: template.id });
      await developer.ask("update-app", { input: { id: web.id, spec: { ...helloSpec, replicas: 3 } } });
      const expected = {
        action: "UPDATE",
        kind: "Deployment",
        name: "web",
        fields: [
          { path: "spec.replicas", before: 2, after: 3, isSecret: false },
          { path: "spec.revisionHistoryLimit", before: 3, after: 9, isSecret: false },
        ],
      };
      expect(await pending()).toEqual([expected]);
      expect(await pending(otherTenant)).toBeUndefined();
      await developer.ask("submit-app", { input: { id: web.id } });
      await admin.ask("approve-app", { input: { id: web.id } });
      await eventually(async () => expect(await pending()).toEqual([]));
      const [now, before] = await releases();
      const { compareReleases } = await developer.ask("compare-releases", { from: before!.id, to: now!.id });
      expect(compareReleases).toMatchObject({
        image: null,
        spec: [{ path: "replicas", before: 2, after: 3 }],
        templates: [{ path: '["jenkins/job"]' }, { path: '["kubernetes/deployment"]' }],
      });
      const [deployment] = compareReleases.objects.filter(({ kind }) => kind === "Deployment");
      expect(deployment!.fields).toEqual(expect.arrayContaining(expected.fields));
      const ofOthers = otherTenant.ask("compare-releases", { from: before!.id, to: now!.id });
      expect(await refusal(ofOthers)).toMatchObject({ code: "NOT_FOUND" });
    });

    await step("what publishing would change is told before, app by app, and goes on after a cut", async () => {
      // One page of apps is 20 of them.
      const names = Array.from({ length: 22 }, (_, i) => `many-${i}`);
      const ids: string[] = [];
      for (const name of names) {
        const spec = { ...helloSpec, publicHost: name === "many-3" ? null : `${name}.example.com` };
        const input = { namespaceId: shop.id, name, spec };
        const { id } = (await admin.ask("create-app", { input })).createApp.app;
        await admin.ask("submit-app", { input: { id } });
        await admin.ask("approve-app", { input: { id } });
        ids.push(id);
      }
      const source = seeds["SERVICE"]!;
      const draft = await change("create-template", { kind: "SERVICE" as const, namespaceId: shop.id, source });
      const impacts = (after?: string, of = draft) => all(admin.follow("template-impact", { template: of.id, after }));
      expect(await impacts()).toMatchObject([
        { app: null, changes: [], checked: 20, total: 23 },
        { app: null, changes: [], checked: 23, total: 23 },
      ]);
      const changed = source.replace("{{#if ports}}", "{{#if publicHost}}\n{{#if ports}}").concat("{{/if}}\n");
      expect(changed).not.toBe(source);
      await change("save-template-draft", { id: draft.id, source: changed });
      const streamed = await impacts();
      // Those that have no public host lose their Service.
      expect(streamed.flatMap(({ app, changes }) => (app ? [[app.name, changes]] : []))).toEqual([
        ["web", [{ action: "DELETE", kind: "Service", name: "web", fields: [] }]],
        ["many-3", [{ action: "DELETE", kind: "Service", name: "many-3", fields: [] }]],
      ]);
      expect(streamed.map(({ checked }) => checked)).toEqual([1, 5, 20, 23]);
      const onlyApps = (events: Untyped[]): Untyped[] => events.filter(({ app }) => app !== null);
      expect(onlyApps(await impacts(streamed[0]!.cursor))).toEqual(onlyApps(streamed.slice(1)));
      expect(await impacts(streamed.at(-1)!.cursor)).toEqual([]);
      await change("save-template-draft", { id: draft.id, source });
      expect(await refusal(impacts(streamed[0]!.cursor))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "after" }],
      });
      // Nothing was published meanwhile.
      expect((await admin.ask("pending-changes", { id: ids[3]! })).app!.pendingChanges).toContainEqual(
        expect.objectContaining({ action: "CREATE", kind: "Service" }),
      );

      const job = await change("create-template", {
        kind: "JENKINS_JOB" as const,
        appId: web.id,
        source: seeds["JENKINS_JOB"]!.replace("Managed by Orrery", "Made by Orrery"),
      });
      const [ofWeb, end] = await impacts(undefined, job);
      expect(ofWeb!.hunks[0]!.lines.filter((line: string) => /^[-+]/.test(line))).toEqual([
        expect.stringMatching(/^-.*Managed by Orrery: shop\/web.* By the platform team/),
        expect.stringMatching(/^\+.*Made by Orrery: shop\/web/),
      ]);
      expect(end).toMatchObject({ app: null, checked: 1, total: 1 });
      const asked = developer.follow("template-impact", { template: draft.id });
      expect(await refusal(asked)).toMatchObject({ code: "FORBIDDEN", requiredPermission: "template:manage" });
      await change("archive-template", { id: draft.id });
      await change("archive-template", { id: job.id });
      expect(await refusal(impacts())).toMatchObject({ code: "ILLEGAL_STATE" });
    });

    await step(
      "who may see a namespace sees its templates and everyone's, and only an administrator of the platform changes them",
      async () => {
        const levels = async (asked: OrreryClient): Promise<string[]> =>
          (await asked.ask("templates")).templates.nodes.map(({ level }) => level);
        expect(await levels(developer)).toEqual(["NAMESPACE", "PLATFORM", "NAMESPACE"]);
        expect(await levels(otherTenant)).toEqual(["PLATFORM"]);
        expect(await levels(roleless)).toEqual([]);
        expect((await otherTenant.ask("template", { id: template.id })).template).toBeNull();
        expect((await otherTenant.ask("template-versions", { template: template.id })).templateVersions.nodes).toEqual(
          [],
        );
        const hidden = otherTenant.ask("compare-template-versions", { template: template.id, from: 0, to: 1 });
        expect(await refusal(hidden)).toMatchObject({ code: "NOT_FOUND" });
        const ruler = await server.member(admin, "ADMINISTRATOR", shop.id);
        for (const [operation, input] of [
          ["create-template", { kind: "SERVICE", namespaceId: shop.id }],
          ["save-template-draft", { id: template.id, source: "" }],
          ["publish-template", { id: template.id }],
          ["archive-template", { id: template.id }],
          ["restore-template-version", { id: template.id, number: 1 }],
        ] as const)
          for (const asked of [developer, otherTenant, ruler])
            expect(await refusal(change(operation, input, asked))).toMatchObject({
              code: "FORBIDDEN",
              requiredPermission: "template:manage",
            });
        expect(await refusal(server.anonymous().ask("template-kinds"))).toMatchObject({ code: "UNAUTHENTICATED" });
      },
    );
  }, 240_000);
});
