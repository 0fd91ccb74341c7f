import { expect, test } from "@jest/globals";
import pg from "pg";
import type { Untyped } from "../../src/demo/orrery-client.js";
import { readDatabaseUrl } from "../../src/compose/database.js";
import { eventually } from "../support/eventually.js";
import { TestServer } from "../support/test-server.js";
import { openVariables } from "../support/variable-actors.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** Variables whose values nobody is shown. */
test("secret variables reach Secrets of the cluster alone, and are stored encrypted", async () => {
  await using server = await TestServer.open({ pace: 40 });
  const {
    admin,
    developer,
    otherTenant,
    shop,
    web,
    seeds,
    change,
    declare,
    set,
    heldBy,
    pending,
    annotated,
    namesSeenBy,
  } = await openVariables(server);

  await step("a secret goes into a Secret, encrypted until then, and is shown to nobody", async () => {
    const secret = await declare("robotToken", "TEXT", { isSecret: true });
    const value = `t0ken: "of a robot"`;
    await set(secret, value, { namespaceId: shop.id });
    const inDeployment = change("create-template", {
      kind: "DEPLOYMENT" as const,
      namespaceId: shop.id,
      source: annotated("example.com/token: {{variables.robotToken}}"),
    });
    expect((await refusal(inDeployment)).message).toContain(
      `"variables.robotToken" is secret: only a template of a Secret may use it.`,
    );
    const keep = (line: string): string =>
      `${seeds["IMAGE_PULL_SECRET"]!.trimEnd()}\n{{#if variables.robotToken}}\n${line}\n{{/if}}\n`;
    const asJson = keep("stringData:\n  robot: {{json variables.robotToken}}");
    const create = (source: string) =>
      change("create-template", { kind: "IMAGE_PULL_SECRET", namespaceId: shop.id, source });
    expect((await refusal(create(asJson))).message).toContain("use it as it is, or with text or base64");
    const outside = seeds["IMAGE_PULL_SECRET"]!.replace(
      "metadata:\n",
      "metadata:\n{{#if variables.robotToken}}\n  annotations:\n    example.com/robot: {{variables.robotToken}}\n{{/if}}\n",
    );
    expect((await refusal(create(outside))).message).toContain("A secret may stand in data or stringData alone");
    const own = await create(
      keep(
        `stringData:\n  robot: {{variables.robotToken}}\n  login: {{text "robot:" variables.robotToken}}\n` +
          `  header: {{text "Basic " (base64 (text "robot:" variables.robotToken))}}`,
      ),
    );
    await change("publish-template", { id: own.id });
    const inCluster = async (expected: Record<string, string>): Promise<void> => {
      const found = server.sandbox.kubernetes.object("Secret", "shop", "orrery-registry") as Untyped;
      const decoded = Object.entries({ ...found.data, ...toBase64(found.stringData ?? {}) }).map(([key, each]) => [
        key,
        Buffer.from(each as string, "base64").toString("utf8"),
      ]);
      expect(Object.fromEntries(decoded)).toMatchObject(expected);
    };
    const header = (of: string): string => `Basic ${Buffer.from(`robot:${of}`).toString("base64")}`;
    await eventually(() => inCluster({ robot: value, login: `robot:${value}`, header: header(value) }));
    const rotated = "another one";
    await set(secret, rotated, { namespaceId: shop.id });
    await eventually(() => inCluster({ robot: rotated, login: `robot:${rotated}`, header: header(rotated) }));

    const shown = JSON.stringify([
      await admin.ask("namespace-variables", { id: shop.id }),
      await admin.ask("app-variables", { id: web.id }),
      await admin.ask("variable-values", { variable: secret.id }),
      await admin.ask("journal", { first: 100 }),
      await admin.ask("preview-template", { kind: "IMAGE_PULL_SECRET", source: own.draft?.source ?? outside }),
    ]);
    expect(await heldBy(web, "robotToken")).toMatchObject({ value: null, origin: "NAMESPACE" });
    for (const plain of ["t0ken", rotated, "orrery-sealed"]) expect(shown).not.toContain(plain);
    const client = new pg.Client(readDatabaseUrl(server.database.url));
    await client.connect();
    const { rows } = await client.query<{ row: string }>(
      `select t::text as row from variable_value t union all select t::text from journal_entry t
     union all select t::text from idempotency_key t union all select t::text from release t`,
    );
    await client.end();
    expect(rows.length).toBeGreaterThan(10);
    for (const { row } of rows) for (const plain of ["t0ken", rotated]) expect(row).not.toContain(plain);
  });

  await step(
    "a secret of an app is in its Secret, its release keeps it sealed, and a new value waits for the next release",
    async () => {
      const secret = await declare("password", "TEXT", { isSecret: true });
      await set(secret, "first of all", { appId: web.id }, developer);
      const source = seeds["SECRET"]!.replace("{{#if secret}}", "{{#if variables.password}}").replace(
        /^data:\n[^]*?\{\{\/each\}\}\n/m,
        "data:\n  PASSWORD: {{base64 variables.password}}\n",
      );
      const own = await change("create-template", { kind: "SECRET" as const, namespaceId: shop.id, source });
      await change("publish-template", { id: own.id });
      const deliver = async (tag: string): Promise<void> => {
        const { app } = await developer.ask("app", { id: web.id });
        await developer.ask("start-build", { input: { appId: web.id, ref: { kind: "TAG", name: tag } } });
        await eventually(async () => {
          const { lastRollout } = (await developer.ask("app", { id: web.id })).app!;
          expect(lastRollout).toMatchObject({ number: app!.lastRollout!.number + 1, phase: "SUCCEEDED" });
        });
      };
      const inCluster = (): string => {
        const { data } = server.sandbox.kubernetes.object("Secret", "shop", "web") as Untyped;
        return Buffer.from(data.PASSWORD as string, "base64").toString("utf8");
      };
      await deliver("v1.0.0");
      expect(inCluster()).toBe("first of all");
      expect(await pending(web)).toEqual([]);
      await set(secret, "second", { appId: web.id }, developer);
      expect(await pending(web)).toEqual([
        {
          action: "UPDATE",
          kind: "Secret",
          name: "web",
          fields: [{ path: "data.PASSWORD", before: null, after: null, isSecret: true }],
        },
      ]);
      expect(inCluster()).toBe("first of all");
      await deliver("v1.1.0");
      expect(inCluster()).toBe("second");
      // Whatever a template makes of it, its preview shows nothing of it, encrypted or not.
      const client = new pg.Client(readDatabaseUrl(server.database.url));
      await client.connect();
      const kept = await client.query<{ sealed: string }>("select sealed from variable_value where variable_id = $1", [
        secret.id,
      ]);
      await client.end();
      const { sealed } = kept.rows[0]!;
      for (const value of [
        "{{variables.password}}",
        `{{text "a" variables.password}}`,
        "{{base64 variables.password}}",
        `{{text "a" (base64 variables.password)}}`,
        "{{base64 (base64 variables.password)}}",
      ]) {
        const tried = source.replace("{{base64 variables.password}}", value);
        for (const place of [{ app: web.id }, {}]) {
          const { previewTemplate } = await admin.ask("preview-template", {
            kind: "SECRET",
            source: tried,
            ...place,
          });
          expect([value, previewTemplate]).toEqual([
            value,
            { output: expect.stringContaining("(secret)"), problem: null },
          ]);
          for (const text of [sealed, "orrery-", "second"])
            for (let shift = 0; shift < 3; shift++) {
              const inBase64 = Buffer.from(`${"x".repeat(shift)}${text}`)
                .toString("base64")
                .slice(4, 18);
              expect(previewTemplate.output).not.toContain(text);
              expect(previewTemplate.output).not.toContain(inBase64);
            }
        }
      }
      const document = `query ($id: ID!) { app(id: $id) { drift { objects { kind } } releases { nodes { objects { kind object yaml } } } manifests { objects { kind object yaml } } } }`;
      const { app } = await developer.ask(document, { id: web.id });
      const shown = JSON.stringify(app);
      expect(shown).toContain('"PASSWORD":"(secret)"');
      expect(app!.drift.objects).toEqual([]);
      for (const plain of ["first of all", "second", "orrery-sealed"])
        for (const text of [plain, Buffer.from(plain).toString("base64").replace(/=*$/, "")])
          expect(shown).not.toContain(text);
    },
  );

  await step("that there is one may be seen by every tenant", async () => {
    expect(await namesSeenBy(otherTenant)).toEqual(["password", "robotToken"]);
    expect(await namesSeenBy(await server.member(admin))).toEqual([]);
  });
}, 240_000);

const toBase64 = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, each]) => [key, Buffer.from(each, "utf8").toString("base64")]));
