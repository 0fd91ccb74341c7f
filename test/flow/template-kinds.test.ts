import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TemplateKind } from "../../schema/operation-types.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, helloSpec, TestServer, type Namespace } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** What an app's pods are when templates add to them, and what stands beside them. */
describe("the kinds of templates", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let shop: Namespace;
  let kinds: Untyped[];

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    shop = await createNamespace(admin, "shop");
    kinds = (await admin.ask("template-kinds")).templateKinds;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const change = async (operation: string, input: object) =>
    (Object.values(await admin.askUntyped(operation, { input }))[0] as Untyped).template;
  const published = async (kind: string, source: string) => {
    const { id } = await change("create-template", { kind, namespaceId: shop.id, source });
    return change("publish-template", { id });
  };
  const seed = (kind: string): string => kinds.find((each) => each.kind === kind)!.seed;
  const preview = async (kind: TemplateKind, source: string, more: object = {}) =>
    (await admin.ask("preview-template", { kind, source, ...more })).previewTemplate;
  const release = async ({ id }: { readonly id: string }): Promise<void> => {
    const { startBuild } = await admin.ask("start-build", {
      input: { appId: id, ref: { kind: "TAG" as const, name: "v1.0.0" } },
    });
    await eventually(async () => {
      const { app } = await admin.ask("app", { id });
      expect(app!.lastRollout).toMatchObject({ phase: "SUCCEEDED" });
      expect(app!.lastRollout!.release.image).toMatch(new RegExp(`-${startBuild.build.number}$`));
    });
  };
  const live = (kind: string, name: string): Untyped => server.sandbox.kubernetes.object(kind, "shop", name) as Untyped;

  test("each has a seed that makes what it must, of a made-up app with everything and of one with the least", async () => {
    const problems: string[] = [];
    for (const { kind, seed: source } of kinds)
      for (const least of [false, true]) {
        const { problem } = await preview(kind, source, { least });
        if (problem) problems.push(`${kind}: ${problem.message}`);
      }
    expect(problems).toEqual([]);
    const of = (use: string): string[] => kinds.filter((each) => each.use === use).map(({ kind }) => kind);
    expect(of("NAMESPACE")).toEqual(["NAMESPACE", "IMAGE_PULL_SECRET", "NAMESPACE_NETWORK_POLICY"]);
    expect(of("CATALOGUE")).toContain("STATEFUL_SET");
    expect(kinds.find(({ kind }) => kind === "INIT_CONTAINER")).toMatchObject({ use: "APP", makes: "Container" });
  });

  test("one of the catalogue is kept, and tried on no app", async () => {
    const kept = await published(
      "CRON_JOB",
      seed("CRON_JOB").replace("restartPolicy: Never", "restartPolicy: OnFailure"),
    );
    expect(kept.published).toMatchObject({ number: 1 });
    const app = await approvedApp(admin, shop.id, "kept");
    const tried = preview("CRON_JOB", seed("CRON_JOB"), { app: app.id });
    expect(await refusal(tried)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "app" }] });
    const own = change("create-template", { kind: "CRON_JOB" as const, appId: app.id });
    expect(await refusal(own)).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.appId" }] });
  });

  test("containers and accounts that templates make are in the pods of the next release, and gone with their templates", async () => {
    const web = await approvedApp(admin, shop.id, "web");
    await release(web);
    expect(live("Deployment", "web").spec.template.spec).not.toHaveProperty("initContainers");
    const init = "name: migrate\nimage: {{image}}\ncommand: [/migrate, {{app.name}}]\n";
    const draft = await change("create-template", {
      kind: "INIT_CONTAINER" as const,
      namespaceId: shop.id,
      source: init,
    });
    const impacts = await all<Untyped>(admin.follow("template-impact", { template: draft.id }));
    const [ofWeb] = impacts.filter(({ app }) => app?.name === "web");
    expect(ofWeb!.changes).toMatchObject([
      { kind: "Deployment", fields: [{ path: "spec.template.spec.initContainers", before: null }] },
    ]);
    await change("publish-template", { id: draft.id });
    const proxy = await published("PROXY_CONTAINER", "name: proxy\nimage: proxy:1\n");
    const account = seed("SERVICE_ACCOUNT")
      .replace("{{#if serviceAccount}}\n", "")
      .replace(/\{\{#if serviceAccount\.annotations[^]*?\{\{\/each\}\}\n\{\{\/if\}\}\n/, "")
      .replace(/\{\{\/if\}\}\n$/, "");
    await published("SERVICE_ACCOUNT", account);
    await published("LOG_COLLECTOR_CONTAINER", "name: log-collector\nimage: collector:1\nargs: [{{app.id}}]\n");
    const { app: changed } = await admin.ask("pending-changes", { id: web.id });
    expect(changed!.pendingChanges).toMatchObject([
      { action: "CREATE", kind: "ServiceAccount" },
      { kind: "Deployment" },
    ]);
    await release(web);
    const pod = live("Deployment", "web").spec.template.spec;
    expect(pod).toMatchObject({
      initContainers: [{ name: "migrate", command: ["/migrate", "web"] }],
      containers: [{ name: "web" }, { name: "proxy", image: "proxy:1" }, { name: "log-collector" }],
      serviceAccountName: "web",
    });
    expect(live("ServiceAccount", "web")).toBeDefined();
    for (const { id, kind } of (await admin.ask("templates")).templates.nodes)
      if (["INIT_CONTAINER", "SERVICE_ACCOUNT"].includes(kind)) await change("archive-template", { id });
    await release(web);
    expect(live("Deployment", "web").spec.template.spec).not.toHaveProperty("initContainers");
    expect(live("Deployment", "web").spec.template.spec).not.toHaveProperty("serviceAccountName");
    await eventually(async () => expect(live("ServiceAccount", "web")).toBeUndefined());

    const twice = await change("save-template-draft", { id: proxy.id, source: "name: {{app.name}}\nimage: proxy:1\n" });
    await change("publish-template", { id: twice.id });
    const asked = admin.ask("pending-changes", { id: web.id });
    expect((await refusal(asked)).message).toContain(`The pod has a container "web" already.`);
    await change("archive-template", { id: proxy.id });
  });

  test("an app's Secret holds what is secret, and shows it to nobody", async () => {
    const declared = {
      name: "apiKey",
      type: "TEXT" as const,
      description: "The key.",
      isSecret: true,
      isRequired: true,
    };
    await admin.ask("declare-variable", { input: declared });
    const { variables } = await admin.ask("variables");
    const { id: variableId } = variables.nodes.find(({ name }) => name === "apiKey")!;
    await admin.ask("set-variable", { input: { variableId, value: "hunter2" } });
    const source = seed("SECRET")
      .replace("{{#if secret}}\n", "")
      .replace(/\{\{#each secret\.data[^]*$/, "  API_KEY: {{base64 variables.apiKey}}\n");
    const template = await published("SECRET", source);
    const app = await approvedApp(admin, shop.id, "keyed");
    await eventually(async () => expect(live("Secret", "keyed")).toBeDefined());
    expect(live("Secret", "keyed").data).toEqual({ API_KEY: Buffer.from("hunter2").toString("base64") });
    const document = `query ($id: ID!) { app(id: $id) { manifests { objects { kind yaml } } } }`;
    const { objects } = (await admin.ask(document, { id: app.id })).app!.manifests;
    const shown = objects.find(({ kind }) => kind === "Secret")!.yaml;
    expect(shown).toContain("API_KEY");
    expect(shown).not.toContain(Buffer.from("hunter2").toString("base64"));
    await change("archive-template", { id: template.id });
    await eventually(async () => expect(live("Secret", "keyed")).toBeUndefined());
  });

  test("a container that is none is refused with what it lacks", async () => {
    const problem = async (source: string): Promise<string> =>
      (await preview("INIT_CONTAINER", source)).problem?.message ?? "accepted";
    expect(await problem("name: wait\n")).toBe("Must render one Container. image: A container needs an image.");
    expect(await problem("name: Wait\nimage: a\n")).toContain("lower-case letters");
    expect(await problem("- name: wait\n")).toContain("Must render one Container.");
    expect(await problem("name: a\nimage: b\n---\nname: c\nimage: d\n")).toContain("it rendered 2");
    expect(await problem("{{#if release}}\nname: a\nimage: b\n{{/if}}\n")).toBe("accepted");
  });

  test("an app that is scaled by its work has an autoscaler, which says how many pods there are", async () => {
    const spec = { ...helloSpec, autoscaling: { minReplicas: 2, maxReplicas: 6 } };
    const wrong = { ...spec, autoscaling: { minReplicas: 5, maxReplicas: 4 } };
    const refused = admin.ask("create-app", { input: { namespaceId: shop.id, name: "busy", spec: wrong } });
    expect(await refusal(refused)).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "input.spec.autoscaling.maxReplicas" }],
    });
    const busy = await approvedApp(admin, shop.id, "busy", spec);
    expect((await admin.ask("app", { id: busy.id })).app!.spec.autoscaling).toEqual({
      minReplicas: 2,
      maxReplicas: 6,
      cpuPercent: 80,
    });
    await eventually(async () => expect(live("Service", "busy")).toBeDefined());
    expect(live("HorizontalPodAutoscaler", "busy")).toBeUndefined();
    await release(busy);
    expect(live("HorizontalPodAutoscaler", "busy").spec).toMatchObject({
      scaleTargetRef: { kind: "Deployment", name: "busy" },
      minReplicas: 2,
      maxReplicas: 6,
    });
    const { app } = await admin.ask(`query ($id: ID!) { app(id: $id) { manifests { objects { kind object } } } }`, {
      id: busy.id,
    });
    const deployment = app!.manifests.objects.find(({ kind }) => kind === "Deployment")!.object;
    expect(deployment.spec).not.toHaveProperty("replicas");
    const fixed = seed("DEPLOYMENT").replace("{{#unless autoscaling}}\n", "").replace("{{/unless}}\n", "");
    expect((await preview("DEPLOYMENT", fixed)).problem!.message).toContain("{{#unless autoscaling}}");

    await admin.ask("update-app", { input: { id: busy.id, spec: helloSpec } });
    await admin.ask("submit-app", { input: { id: busy.id } });
    await admin.ask("approve-app", { input: { id: busy.id } });
    await eventually(async () => {
      expect(live("HorizontalPodAutoscaler", "busy")).toBeUndefined();
      expect(live("Deployment", "busy").spec.replicas).toBe(2);
    });
  });
});
