import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { readDatabaseUrl } from "../../src/compose/database.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";
import { KubernetesCluster } from "../../src/upstreams/kubernetes/kubernetes-cluster.js";
import { eventually } from "../support/eventually.js";
import {
  approvedApp,
  createNamespace,
  helloSpec,
  TestServer,
  type Namespace,
  type App,
} from "../support/test-server.js";
import { step } from "../support/step.js";
import { refusal, type Refusal } from "../support/refusal.js";

/** What is applied is what was read. */
describe("plans", () => {
  const signal = AbortSignal.timeout(240_000);
  let server: TestServer;
  let admin: OrreryClient;
  let developer: OrreryClient;
  let colleague: KubernetesCluster;
  let shop: Namespace;
  let web: App;

  beforeAll(async () => {
    server = await TestServer.open({ pace: 40 });
    admin = await server.login();
    shop = await createNamespace(admin, "shop");
    developer = await server.member(admin, "DEVELOPER", shop.id);
    colleague = new KubernetesCluster({
      access: { kubeconfig: server.sandbox.environment["KUBECONFIG"]! },
      fieldManager: "kubectl",
    });
    web = await approvedApp(admin, shop.id, "web");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const plan = async (changes?: object, asked = developer, more: object = {}) =>
    (await asked.ask("plan-release", { input: { appId: web.id, changes, ...more } })).planRelease.plan;
  const apply = async ({ id }: { readonly id: string }, asked = developer) =>
    (await asked.ask("apply-plan", { input: { id } })).applyPlan.plan;
  const stale = async (of: Untyped, asked = developer): Promise<Refusal & { changes: Untyped[] }> =>
    (await refusal(asked.ask("apply-plan", { input: { id: of.id } }))) as Refusal & { changes: Untyped[] };
  const live = async (): Promise<Untyped> => (await developer.ask("app", { id: web.id })).app;
  const stored = (kind: string, apiVersion = "v1", name = "web"): Promise<Manifest | undefined> =>
    colleague.read({ apiVersion, kind, name, namespace: "shop" }, signal);
  const deployment = async (): Promise<Untyped> => await stored("Deployment", "apps/v1");
  const object = ({ objects }: Untyped, kind: string): Untyped => objects.find((each: Untyped) => each.kind === kind);
  const succeeded = (number: number) =>
    eventually(async () => {
      const app = await live();
      expect(app.lastRollout).toMatchObject({ number, phase: "SUCCEEDED" });
      return app;
    });
  const scaled = (replicas: number) =>
    ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "shop" },
      spec: { replicas },
    }) as unknown as Manifest;
  const changed = (of: Untyped, path: RegExp): Untyped => of.fields.find((each: Untyped) => path.test(each.path));

  test("a plan shows what a release would do, and is applied as it was read or refused", async () => {
    await step("before the first build, a plan says what can stand without an image", async () => {
      const first = await plan();
      expect(first).toMatchObject({ image: null, releaseNumber: 1 });
      expect(first.warnings.map(({ code }) => code)).toContain("NO_IMAGE_YET");
      expect(first.objects.map(({ kind }) => kind)).not.toContain("Deployment");
      await developer.ask("start-build", { input: { appId: web.id, ref: { kind: "TAG", name: "v1.0.0" } } });
      await succeeded(1);
    });

    await step("each object says what becomes of it, in the cluster's own words, and nothing is changed", async () => {
      const spec = { ...helloSpec, replicas: 3, publicHost: "shop.example.com" };
      const before = await deployment();
      const planned = await plan({ spec });
      expect(planned.objects.map(({ action, kind }) => `${action} ${kind}`).sort()).toEqual([
        "CREATE Ingress",
        "UPDATE Deployment",
      ]);
      const update = object(planned, "Deployment");
      expect(changed(update, /^spec\.replicas$/)).toMatchObject({ before: 2, after: 3 });
      expect(changed(update, /template.*orrery\.dev\/release/)).toBeDefined();
      expect(await deployment()).toEqual(before);
      expect((await live()).lastRollout.number).toBe(1);
      // The same changes have the same consequences, and other changes have others.
      expect((await plan({ spec })).hash).toBe(planned.hash);
      expect((await plan({ spec: { ...spec, replicas: 4 } })).hash).not.toBe(planned.hash);
    });

    await step(
      "whoever may not review cannot bring in a spec by a plan; a reviewer can, and it is there as it was read",
      async () => {
        const spec = { ...helloSpec, replicas: 3, publicHost: "shop.example.com" };
        const planned = await plan({ spec });
        expect(await stale(planned)).toMatchObject({ code: "FORBIDDEN", requiredPermission: "app:review" });
        expect((await live()).approvedRevision.number).toBe(1);

        const applied = await apply(planned, admin);
        expect(applied).toMatchObject({ hash: planned.hash, rollout: { number: 2, cause: "PLAN" } });
        await succeeded(2);
        const app = await live();
        expect(app).toMatchObject({ phase: "APPROVED", spec: { replicas: 3 }, approvedRevision: { number: 2 } });
        const { spec: made } = await deployment();
        expect(made.replicas).toBe(3);
        expect(await stored("Ingress", "networking.k8s.io/v1")).toBeDefined();
        const { nodes } = (await admin.ask("releases", { app: web.id })).app!.releases;
        expect(nodes.map(({ number }) => number)).toEqual([2, 1]);
        expect(await stale(planned, admin)).toMatchObject({ code: "ILLEGAL_STATE" });
        const { nodes: plans } = (await admin.ask("plans", { app: web.id })).app!.plans;
        const done = plans.find(({ id }) => id === planned.id);
        expect(done).toMatchObject({ revision: { number: 2 }, rollout: { number: 2, phase: "SUCCEEDED" } });
      },
    );

    await step("a bot that repeats both mutations plans once and applies once", async () => {
      const once = { idempotencyKey: "plan-once" };
      const [one, two] = [await plan({}, developer, once), await plan({}, developer, once)];
      expect(two.id).toBe(one.id);
      const input = { id: one.id, idempotencyKey: "apply-once" };
      const answers = await Promise.all([1, 2, 3].map(() => developer.ask("apply-plan", { input })));
      expect(new Set(answers.map(({ applyPlan }) => applyPlan.plan.rollout!.id)).size).toBe(1);
      await succeeded(3);
    });

    await step(
      "a plan is refused when the spec, another release or a template came between, and says which",
      async () => {
        const old = await plan();
        const edited = await plan({ spec: { ...helloSpec, replicas: 2 } }, admin);
        await apply(edited, admin);
        await succeeded(4);
        const { code, changes } = await stale(old);
        expect(code).toBe("PLAN_STALE");
        expect(changes.map(({ what }) => what)).toEqual(expect.arrayContaining(["RELEASE", "SPEC"]));

        const planned = await plan();
        const { templateKinds } = await admin.ask("template-kinds");
        const { seed } = templateKinds.find(({ kind }) => kind === "SERVICE")!;
        const source = `${seed}\n# Ours.\n`;
        const { createTemplate } = await admin.ask("create-template", {
          input: { kind: "SERVICE", namespaceId: shop.id, source },
        });
        await admin.ask("publish-template", { input: { id: createTemplate.template.id } });
        expect(await stale(planned)).toMatchObject({
          code: "PLAN_STALE",
          changes: [{ what: "TEMPLATE", name: "kubernetes/service" }],
        });
        expect((await live()).lastRollout.number).toBe(4);
      },
    );

    await step(
      "a second writer in the cluster between plan and apply: refused, with the object, and nothing is touched",
      async () => {
        const planned = await plan();
        await colleague.apply([scaled(5)], signal);
        expect(await stale(planned)).toMatchObject({
          code: "PLAN_STALE",
          changes: [
            { what: "OBJECT", name: "Deployment/web", message: expect.stringContaining("changed in the cluster") },
          ],
        });
        expect((await deployment()).spec.replicas).toBe(5);
        // A plan that shows it takes it back.
        const anew = await plan();
        expect(changed(object(anew, "Deployment"), /^spec\.replicas$/)).toMatchObject({ before: 5, after: 2 });
        await apply(anew);
        await succeeded(5);
        expect((await deployment()).spec.replicas).toBe(2);
      },
    );

    await step(
      "a second writer between the request and the work: the rollout fails and says why, and what was live before stays",
      async () => {
        const planned = await plan({ spec: { ...helloSpec, replicas: 4 } }, admin);
        // Nobody works until the colleague has written.
        await server.stop();
        await server.start({ ROLE: "api" });
        [admin, developer] = [await server.login(), await server.login()];
        await apply(planned, admin);
        await colleague.apply([scaled(5)], signal);
        await server.stop();
        await server.start();
        [admin, developer] = [await server.login(), await server.login()];
        await eventually(async () => {
          const { lastRollout } = await live();
          expect(lastRollout).toMatchObject({ number: 6, cause: "PLAN", phase: "FAILED" });
        });
        const { rollouts } = await admin.ask("rollouts", { filter: { appId: web.id }, first: 1 });
        expect(rollouts.nodes[0]!.condition).toMatchObject({
          code: "PLAN_STALE",
          message: expect.stringContaining("Deployment web was changed in the cluster"),
        });
        await eventually(async () => expect((await deployment()).spec.replicas).toBe(2));
      },
    );

    await step("of two plans that are applied at once one is done, and the other is stale", async () => {
      const [one, two] = await Promise.all([plan(), plan()]);
      const number = (await live()).lastRollout.number as number;
      const settled = await Promise.allSettled([apply(one), apply(two)]);
      expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const lost = settled[0].status === "rejected" ? one : two;
      expect(await stale(lost)).toMatchObject({ code: "PLAN_STALE" });
      await succeeded(number + 1);
    });

    await step("what can never change is made anew, as the plan says, and only by a plan", async () => {
      const { templateKinds } = await admin.ask("template-kinds");
      const { seed } = templateKinds.find(({ kind }) => kind === "DEPLOYMENT")!;
      const source = seed.replace(/matchLabels:\n.*app.name}}\n/, "matchLabels:\n");
      expect(source).not.toBe(seed);
      const { createTemplate } = await admin.ask("create-template", {
        input: { kind: "DEPLOYMENT", namespaceId: shop.id, source },
      });
      await admin.ask("publish-template", { input: { id: createTemplate.template.id } });
      const before = await deployment();
      const planned = await plan();
      const replaced = object(planned, "Deployment");
      expect(replaced).toMatchObject({ action: "REPLACE", condition: null });
      expect(changed(replaced, /selector/)).toBeDefined();
      const number = (await live()).lastRollout.number as number;
      await apply(planned);
      await succeeded(number + 1);
      const after = await deployment();
      expect(after.metadata.uid).not.toBe(before.metadata.uid);
      expect(Object.keys(after.spec.selector.matchLabels)).toEqual(["orrery.dev/app"]);
    });

    await step("what is made anew and does not go says why it waits, and holds up nobody", async () => {
      const { templates } = await admin.ask("templates", { filter: { kinds: ["DEPLOYMENT"] } });
      const finalized = (finalizers: string[]) =>
        ({
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "web", namespace: "shop", finalizers },
        }) as unknown as Manifest;
      await colleague.apply([finalized(["example.com/backup"])], signal);
      await admin.ask("archive-template", { input: { id: templates.nodes[0]!.id } });
      const planned = await plan();
      expect(object(planned, "Deployment")).toMatchObject({ action: "REPLACE", condition: null });
      const number = (await live()).lastRollout.number as number;
      await apply(planned);
      const code = "OBJECT_TERMINATING";
      await eventually(async () => {
        const app = await live();
        expect(app).toMatchObject({ condition: { code }, lastRollout: { number: number + 1, phase: "PENDING" } });
        expect(app.condition.message).toContain("example.com/backup");
      });
      await approvedApp(admin, shop.id, "beside");
      await eventually(async () => expect(await stored("Service", "v1", "beside")).toBeDefined());
      // No worker holds the key of the app: it is reconciled again later.
      const client = new pg.Client(readDatabaseUrl(server.database.url));
      await client.connect();
      await eventually(async () => {
        const { rows } = await client.query("select owner, attempt, last_error from work_item where key = $1", [
          web.id,
        ]);
        expect(rows).toEqual([{ owner: null, attempt: 0, last_error: null }]);
      });
      await client.end();
      await colleague.apply([finalized([])], signal);
      await succeeded(number + 1);
      expect(await live()).toMatchObject({ condition: null });
    });

    await step("what the cluster takes and what would not work is warned of", async () => {
      const rival = {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "rival", namespace: "default" },
        spec: {
          rules: [
            {
              host: "taken.example.com",
              http: {
                paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "x", port: { number: 80 } } } }],
              },
            },
          ],
        },
      } as unknown as Manifest;
      const quota = {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "team", namespace: "shop" },
        spec: { hard: { pods: "20" } },
      } as unknown as Manifest;
      await colleague.apply([rival, quota], signal);
      const spec = {
        ...helloSpec,
        replicas: 100,
        publicHost: "taken.example.com",
        resources: { requests: { cpu: "32", memory: "128Mi" }, limits: { cpu: "32", memory: "512Mi" } },
        readinessProbe: { kind: "TCP", port: 9999 },
      };
      const { id, warnings } = await plan({ spec });
      const codes = warnings.map(({ code }) => code);
      expect(new Set(codes)).toEqual(
        new Set(["HOST_TAKEN", "QUOTA_EXCEEDED", "REPLICAS_ABOVE_NODES", "PROBE_PORT_NOT_EXPOSED"]),
      );
      // Who has it is told to those alone who may read where it is.
      const taken = async (asked: OrreryClient): Promise<string> => {
        const query = `query ($id: ID!) { plan(id: $id) { warnings { code message } } }`;
        const { plan: read } = await asked.ask(query, { id });
        return read!.warnings.find(({ code }) => code === "HOST_TAKEN")!.message;
      };
      const viewer = await server.member(admin, "VIEWER", shop.id);
      expect(await taken(viewer)).toContain("taken.example.com");
      expect(await taken(viewer)).not.toMatch(/rival|default/);
      expect(await taken(admin)).toContain("rival in default");
    });

    await step("nobody plans or applies without the right, and wrong changes name their field", async () => {
      developer = await server.member(admin, "DEVELOPER", shop.id);
      const viewer = await server.member(admin, "VIEWER", shop.id);
      const planned = await plan();
      expect(await refusal(plan({}, viewer))).toMatchObject({ code: "FORBIDDEN", requiredPermission: "release:plan" });
      expect(await stale(planned, viewer)).toMatchObject({ code: "FORBIDDEN", requiredPermission: "release:apply" });
      const outsider = await server.member(admin);
      expect(await refusal(plan({}, outsider))).toMatchObject({ code: "NOT_FOUND" });
      expect(await stale(planned, outsider)).toMatchObject({ code: "NOT_FOUND" });
      expect((await outsider.ask(`query ($id: ID!) { plan(id: $id) { id } }`, { id: planned.id })).plan).toBeNull();
      const fields = async (changes: object): Promise<string[]> =>
        (await refusal(plan(changes))).fields!.map(({ path }) => path);
      expect(await fields({ spec: { ...helloSpec, replicas: -1 } })).toEqual(["input.changes.spec.replicas"]);
      expect(await fields({ buildId: "bld_none" })).toEqual(["input.changes.buildId"]);
      expect(await fields({ revisionId: "rev_none" })).toEqual(["input.changes.revisionId"]);
    });

    await step("one dry run for each object", async () => {
      const { kubernetes } = server.sandbox;
      const patches = (): number =>
        [...kubernetes.server.byRoute].reduce(
          (sum, [route, times]) => sum + (route.startsWith("PATCH") ? times : 0),
          0,
        );
      const before = patches();
      await plan();
      const { app } = await developer.ask(`query ($id: ID!) { app(id: $id) { manifests { objects { kind } } } }`, {
        id: web.id,
      });
      expect(patches() - before).toBeLessThanOrEqual(app!.manifests.objects.length);
    });
  }, 240_000);
});
