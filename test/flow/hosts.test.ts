import { readFileSync } from "node:fs";
import type { AppSpecInput } from "../../schema/operation-types.js";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { projectFolder } from "../../src/kernel/project-folder.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { eventually } from "../support/eventually.js";
import { approvedApp, createNamespace, helloSpec, TestServer } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** A host belongs to a namespace by rule, and to one app: the first of all namespaces that says so. */
describe("hosts", () => {
  const signal = AbortSignal.timeout(240_000);
  let server: TestServer;
  let admin: OrreryClient;
  /** Administrators of one namespace each. */
  let ann: OrreryClient;
  let bob: OrreryClient;
  let alpha: Untyped;
  let beta: Untyped;
  let colleague: KubernetesCluster;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40, environment: { NAMESPACE_DOMAINS: "*.{namespace}.apps.example.com" } });
    admin = await server.login();
    [alpha, beta] = [await createNamespace(admin, "alpha"), await createNamespace(admin, "beta")];
    for (const { id } of [alpha, beta]) await allow(id, ["*.example.com", "*.other.org"]);
    ann = await server.member(admin, "ADMINISTRATOR", alpha.id);
    bob = await server.member(admin, "ADMINISTRATOR", beta.id);
    const access = { kubeconfig: server.sandbox.environment["KUBECONFIG"]! };
    colleague = new KubernetesCluster({ access, fieldManager: "kubectl" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const allow = (id: string, domains: string[] | null) => admin.ask("allow-namespace", { input: { id, domains } });
  const specOf = (publicHost?: string): AppSpecInput => ({ ...helloSpec, publicHost });
  const draft = async (
    asked: OrreryClient,
    { id: namespaceId }: { readonly id: string },
    name: string,
    host?: string,
  ) => (await asked.ask("create-app", { input: { namespaceId, name, spec: specOf(host) } })).createApp.app;
  const edit = async (asked: OrreryClient, { id }: { readonly id: string }, host?: string) =>
    (await asked.ask("update-app", { input: { id, spec: specOf(host) } })).updateApp.app;
  const approve = async (asked: OrreryClient, { id }: { readonly id: string }): Promise<void> => {
    await asked.ask("submit-app", { input: { id } });
    await asked.ask("approve-app", { input: { id } });
  };
  const appOf = async ({ id }: { readonly id: string }): Promise<Untyped> => (await admin.ask("app", { id })).app;
  const build = ({ id: appId }: { readonly id: string }) =>
    admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name: "v1.0.0" } } });
  const rolledOut = (app: Untyped, number: number, phase = "SUCCEEDED") =>
    eventually(async () => {
      const { lastRollout } = await appOf(app);
      expect(lastRollout).toMatchObject({ number, phase });
      const query = `query ($id: ID!) { rollout(id: $id) { id release { id number image } condition { code message } } }`;
      return (await admin.ask(query, { id: lastRollout.id })).rollout;
    });
  const liveApp = async (asked: OrreryClient, namespace: Untyped, name: string, host?: string) => {
    const app = await approvedApp(asked, namespace.id, name, specOf(host));
    await build(app);
    await rolledOut(app, 1);
    return app;
  };
  const stored = (kind: string, name: string, namespace: Untyped = alpha): Promise<Untyped> => {
    const apiVersion = kind === "Deployment" ? "apps/v1" : "networking.k8s.io/v1";
    return colleague.read({ apiVersion, kind, name, namespace: namespace.name }, signal);
  };
  const hostInCluster = async (name: string, namespace: Untyped = alpha): Promise<string | undefined> =>
    (await stored("Ingress", name, namespace))?.spec.rules[0].host;
  const ingress = (name: string, namespace: string, host: string): Manifest => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace },
    spec: {
      rules: [
        {
          host,
          http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name, port: { number: 80 } } } }] },
        },
      ],
    },
  });

  test("what a namespace may use is the platform's to say, once however often it is repeated, and is in the journal", async () => {
    const gamma = await createNamespace(admin, "gamma");
    const namespace = async () => (await admin.ask("namespace", { id: gamma.id })).namespace;
    expect(await namespace()).toMatchObject({ domains: ["*.gamma.apps.example.com"] });
    const owner = await server.member(admin, "ADMINISTRATOR", gamma.id);
    const input = { id: gamma.id, domains: ["Shop.Example.org.", "*.bücher.example"], idempotencyKey: "allow" };
    expect(await refusal(owner.ask("allow-namespace", { input }))).toMatchObject({
      code: "FORBIDDEN",
      requiredPermission: "namespace:allow",
    });
    const first = await admin.ask("allow-namespace", { input });
    expect(await admin.ask("allow-namespace", { input })).toEqual(first);
    expect(await namespace()).toMatchObject({
      domains: ["shop.example.org", "*.xn--bcher-kva.example"],
      repositories: ["acme"],
    });
    const { journal } = await admin.ask("journal", { first: 50 });
    const entries = journal.nodes.filter(
      ({ event, subjectId }) => event === "namespace.allowed" && subjectId === gamma.id,
    );
    expect(entries).toHaveLength(1);
    const wrong = refusal(admin.ask("allow-namespace", { input: { id: gamma.id, domains: ["a.*.org", "*"] } }));
    expect((await wrong).fields!.map(({ path }) => path)).toEqual(["input.domains[0]", "input.domains[1]"]);
    expect(
      await refusal(admin.ask("allow-namespace", { input: { ...input, domains: [], expectedVersion: 99 } })),
    ).toMatchObject({ code: "CONFLICT" });
    await allow(gamma.id, null);
    expect(await namespace()).toMatchObject({ domains: ["*.gamma.apps.example.com"] });
  });

  test("a spec with a host that its namespace may not use is not saved, and nothing says who has it", async () => {
    const free = await draft(ann, alpha, "nowhere");
    const refused = [
      refusal(draft(ann, alpha, "forbidden", "shop.forbidden.org")),
      refusal(edit(ann, free, "shop.forbidden.org")),
      refusal(edit(ann, free, "a.b.example.com")),
      refusal(edit(ann, free, "example.com")),
    ];
    for (const each of await Promise.all(refused)) {
      expect(each).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.spec.publicHost" }] });
      expect(each.message).toContain("*.example.com");
      expect(each.message).toContain("allowNamespace");
    }
    const planned = await refusal(
      ann.ask("plan-release", { input: { appId: free.id, changes: { spec: specOf("shop.forbidden.org") } } }),
    );
    expect(planned).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "input.changes.spec.publicHost" }] });
    expect((await appOf(free)).spec.publicHost).toBeNull();
  });

  test("a host that another app has is refused to every other, in whatever spelling, and named to those alone who may read it", async () => {
    const shop = await draft(ann, alpha, "shop", "Shop.Example.com.");
    expect((await appOf(shop)).spec.publicHost).toBe("shop.example.com");
    const mine = await draft(bob, beta, "mine");
    const asked = [
      refusal(draft(bob, beta, "other", "shop.example.com")),
      refusal(edit(bob, mine, "SHOP.example.com.")),
      refusal(edit(bob, mine, "ｓｈｏｐ.example.com")),
    ];
    for (const each of await Promise.all(asked)) {
      expect(each).toMatchObject({ code: "CONFLICT", fields: [{ path: "input.spec.publicHost" }] });
      expect(each.message).toContain("shop.example.com is the host of another app already");
      expect(JSON.stringify(each)).not.toContain("alpha");
    }
    expect((await refusal(edit(admin, mine, "shop.example.com"))).message).toContain("the app shop in alpha");
    expect((await refusal(draft(ann, alpha, "second", "shop.example.com"))).message).toContain("the app shop in alpha");
    const planned = refusal(
      bob.ask("plan-release", { input: { appId: mine.id, changes: { spec: specOf("shop.example.com") } } }),
    );
    expect(await planned).toMatchObject({ code: "CONFLICT", fields: [{ path: "input.changes.spec.publicHost" }] });
    // It is free as soon as its draft says another one, or is over.
    await edit(ann, shop, "other-shop.example.com");
    await edit(bob, mine, "shop.example.com");
    await bob.ask("retire-app", { input: { id: mine.id, confirmName: "mine" } });
    await eventually(() => edit(ann, shop, "shop.example.com"));
  });

  test("of many who come at once, one has it", async () => {
    const drafts = await Promise.all(
      ["a", "b", "c", "d", "e", "f"].map((name, index) =>
        draft(index % 2 ? ann : bob, index % 2 ? alpha : beta, `race-${name}`),
      ),
    );
    const results = await Promise.allSettled(
      drafts.map((app, index) => edit(index % 2 ? ann : bob, app, "race.example.com")),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const each of results) if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "CONFLICT" });
    const hosts = await Promise.all(drafts.map(async (app) => (await appOf(app)).spec.publicHost));
    expect(hosts.filter((host) => host === "race.example.com")).toHaveLength(1);
  });

  test("a host that is live stays its app's until the release without it is in the cluster", async () => {
    const app = await liveApp(ann, alpha, "moving", "old.example.com");
    const waiting = await draft(bob, beta, "waiting");
    await edit(ann, app, "new.example.com");
    expect(await refusal(edit(bob, waiting, "old.example.com"))).toMatchObject({ code: "CONFLICT" });
    expect(await refusal(edit(bob, waiting, "new.example.com"))).toMatchObject({ code: "CONFLICT" });
    await approve(ann, app);
    const { release } = (await rolledOut(app, 2))!;
    expect(release.number).toBe(2);
    expect(await hostInCluster("moving")).toBe("new.example.com");
    await edit(bob, waiting, "old.example.com");
    // Nobody goes back to a host that is somebody else's now.
    const query = `query ($id: ID!) { app(id: $id) { releases(first: 10) { nodes { id number } } } }`;
    const { releases } = (await admin.ask(query, { id: app.id })).app!;
    const first = releases.nodes.find(({ number }) => number === 1);
    expect(await refusal(ann.ask("roll-back", { input: { toReleaseId: first!.id } }))).toMatchObject({
      code: "CONFLICT",
      fields: [{ path: "input.toReleaseId" }],
    });
  });

  test("what the platform has forbidden meanwhile is neither submitted nor approved, and a plan with it not applied", async () => {
    const app = await draft(ann, alpha, "late", "late.other.org");
    const live = await liveApp(ann, alpha, "planned", "planned.other.org");
    const { planRelease } = await ann.ask("plan-release", { input: { appId: live.id } });
    await ann.ask("submit-app", { input: { id: app.id } });
    await allow(alpha.id, ["*.example.com"]);
    expect(await refusal(ann.ask("approve-app", { input: { id: app.id } }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "spec.publicHost" }],
    });
    expect(await refusal(ann.ask("apply-plan", { input: { id: planRelease.plan.id } }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "input.id" }],
    });
    await ann.ask("reject-app", { input: { id: app.id, reason: "Not yours." } });
    expect(await refusal(ann.ask("submit-app", { input: { id: app.id } }))).toMatchObject({ code: "INVALID_INPUT" });
    // A build makes its release; the worker does not put it live, and leaves what is.
    const before = await stored("Deployment", "planned");
    await build(live);
    const { condition, release } = (await rolledOut(live, 2, "FAILED"))!;
    expect(condition).toMatchObject({ code: "HOST_REFUSED" });
    expect(condition!.message).toContain("planned.other.org");
    expect(release.number).toBe(2);
    expect((await stored("Deployment", "planned")).spec).toEqual(before.spec);
    expect(await hostInCluster("planned")).toBe("planned.other.org");
    // What was live goes on, and is put back when somebody deletes it.
    server.sandbox.kubernetes.remove("Ingress", "alpha", "planned");
    const { createTemplate } = await admin.ask("create-template", { input: { kind: "SERVICE", appId: live.id } });
    await admin.ask("publish-template", { input: { id: createTemplate.template.id } });
    await eventually(async () => expect(await hostInCluster("planned")).toBe("planned.other.org"));
    expect((await appOf(live)).condition).toBeNull();
    await allow(alpha.id, ["*.example.com", "*.other.org"]);
    await ann.ask("roll-back", { input: { toReleaseId: release.id } });
    await rolledOut(live, 3);
  });

  test("what somebody serves outside of the platform is left to them, also when they come at the last moment", async () => {
    await colleague.apply([ingress("rival", "default", "rival.example.com")], signal);
    const app = await approvedApp(ann, alpha.id, "taker", specOf("rival.example.com"));
    await eventually(async () => expect((await appOf(app)).condition?.message).toContain("rival.example.com"));
    expect((await appOf(app)).condition?.message).not.toMatch(/default/);
    await build(app);
    const { condition } = (await rolledOut(app, 1, "FAILED"))!;
    expect(condition).toMatchObject({ code: "HOST_REFUSED" });
    for (const kind of ["Deployment", "Ingress"]) expect(await stored(kind, "taker")).toBeUndefined();
    // With a host of its own, what was built goes live.
    await edit(ann, app, "taken.example.com");
    await approve(ann, app);
    await rolledOut(app, 2);
    expect(await hostInCluster("taker")).toBe("taken.example.com");

    const live = await liveApp(ann, alpha, "changing", "changing.example.com");
    const changes = { spec: specOf("last.example.com") };
    const { planRelease } = await ann.ask("plan-release", { input: { appId: live.id, changes } });
    await colleague.apply([ingress("last", "default", "last.example.com")], signal);
    expect(await refusal(ann.ask("apply-plan", { input: { id: planRelease.plan.id } }))).toMatchObject({
      code: "CONFLICT",
    });
    expect(await hostInCluster("changing")).toBe("changing.example.com");
  });

  test("a host that a template brings is looked at where it is rendered", async () => {
    const holder = await liveApp(bob, beta, "holder", "held.example.com");
    const app = await liveApp(ann, alpha, "template", "template.example.com");
    const seed = readFileSync(join(projectFolder, "templates/kubernetes/ingress.yaml.hbs"), "utf8");
    const { createTemplate } = await admin.ask("create-template", { input: { kind: "INGRESS", appId: app.id } });
    const publish = async (host: string): Promise<void> => {
      const { id } = createTemplate.template;
      const source = seed.replace("{{@root.publicHost}}", host);
      await admin.ask("save-template-draft", { input: { id, source } });
      await admin.ask("publish-template", { input: { id } });
    };
    await publish("held.example.com");
    await build(app);
    const taken = await rolledOut(app, 2, "FAILED");
    expect(taken!.condition).toMatchObject({ code: "HOST_REFUSED" });
    expect(taken!.condition!.message).toContain("held.example.com is the host of another app already");
    expect(taken!.condition!.message).not.toMatch(/holder|beta/);
    expect(await hostInCluster("template")).toBe("template.example.com");
    expect(await refusal(ann.ask("plan-release", { input: { appId: app.id } }))).toMatchObject({ code: "CONFLICT" });
    await edit(ann, app, "template.example.com");
    await ann.ask("submit-app", { input: { id: app.id } });
    expect(await refusal(ann.ask("approve-app", { input: { id: app.id } }))).toMatchObject({ code: "CONFLICT" });
    await publish('"*.forbidden.org"');
    expect(await refusal(ann.ask("approve-app", { input: { id: app.id } }))).toMatchObject({ code: "INVALID_INPUT" });
    await publish("brought.example.com");
    await ann.ask("approve-app", { input: { id: app.id } });
    await rolledOut(app, 3);
    expect(await hostInCluster("template")).toBe("brought.example.com");
    // The host that the template brought is as much the app's as the one of its spec.
    expect(await refusal(edit(bob, holder, "brought.example.com"))).toMatchObject({ code: "CONFLICT" });
  });

  test("what is imported brings its hosts: those that the namespace may use, and that nobody else has", async () => {
    const labels = (name: string): object => ({ app: name });
    const running = (name: string, host: string): Manifest[] => [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: "beta" },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels(name) },
          template: {
            metadata: { labels: labels(name) },
            spec: {
              containers: [
                {
                  name,
                  image: "registry.example.com/legacy:7",
                  ports: [{ name: "http", containerPort: 80 }],
                  securityContext: { runAsNonRoot: true, capabilities: { drop: ["ALL"] } },
                },
              ],
            },
          },
        },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace: "beta" },
        spec: { selector: labels(name), ports: [{ name: "http", port: 80, targetPort: 80, protocol: "TCP" }] },
      },
      ingress(name, "beta", host),
    ];
    await draft(ann, alpha, "first", "first.example.com");
    const all = { outsider: "outsider.forbidden.org", late: "first.example.com", good: "good.example.com" };
    for (const [name, host] of Object.entries(all)) await colleague.apply(running(name, host), signal);
    const { importableApps } = await bob.ask("importable-apps", { namespace: beta.id });
    const condition = (name: string) => importableApps.find((each) => each.name === name)!.condition;
    expect(condition("outsider")).toMatchObject({
      code: "HOST_REFUSED",
      message: expect.stringContaining("outsider.forbidden.org"),
    });
    expect(condition("good")).toBeNull();
    const { language, repository } = helloSpec;
    const take = (name: string, from = repository) =>
      bob.ask("import-apps", { input: { namespaceId: beta.id, apps: [{ name, language, repository: from }] } });
    expect(await refusal(take("good", { provider: "GITHUB", path: "rival/good" }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "input.apps[0].repository.path" }],
    });
    expect(await refusal(take("outsider"))).toMatchObject({ code: "INVALID_INPUT" });
    const late = await refusal(take("late"));
    expect(late).toMatchObject({ code: "CONFLICT", fields: [{ path: "input.apps[0].name" }] });
    expect(late.message).not.toContain("alpha");
    await take("good");
    expect(await refusal(draft(ann, alpha, "latecomer", "good.example.com"))).toMatchObject({ code: "CONFLICT" });
  });
});
