import { expect, test } from "@jest/globals";
import pg from "pg";
import type { OrreryClient, Untyped } from "../../src/demo/orrery-client.js";
import { readDatabaseUrl } from "../../src/compose/database.js";
import { eventually } from "../support/eventually.js";
import { helloSpec, TestServer } from "../support/test-server.js";
import { openVariables } from "../support/variable-actors.js";
import { step } from "../support/step.js";
import { refusal } from "../support/refusal.js";

/** What administrators and teams do with variables; secret-variables.test.ts has those that are secret. */
test("variables are declared, set at each level and used by templates", async () => {
  await using server = await TestServer.open({ pace: 40 });
  const {
    admin,
    developer,
    otherTenant,
    shop,
    elsewhere,
    web,
    other,
    seeds,
    change,
    declare,
    set,
    unset,
    heldBy,
    pending,
    annotated,
    annotationsOf,
    namesSeenBy,
  } = await openVariables(server);
  let team: Untyped;
  /** Everyone's template for Deployments. */
  let template: Untyped;

  await step("an unknown one is refused at its place, and one that was declared is a word like any other", async () => {
    const source = annotated("example.com/team: {{variables.taem}}");
    const create = () => change("create-template", { kind: "DEPLOYMENT" as const, source });
    expect(await refusal(create())).toMatchObject({
      code: "INVALID_INPUT",
      line: 15,
      column: 25,
      message: expect.stringContaining(`There is no field "taem" in "variables", and no other yet.`),
    });
    team = await declare("team", "TEXT", { allowed: ["red", "blue", "nobody"], defaultValue: "nobody" });
    expect(team).toMatchObject({ name: "team", type: "TEXT", isSecret: false, defaultValue: "nobody" });
    expect((await refusal(create())).message).toContain(
      `There is no field "taem" in "variables"; did you mean "team"?`,
    );
    const { templateVariables } = await developer.ask("template-variables", { kind: "DEPLOYMENT" });
    expect(templateVariables.properties.variables.properties).toEqual({
      team: { type: "string", description: "What team is.", enum: ["red", "blue", "nobody"], default: "nobody" },
    });
    template = await change("create-template", {
      kind: "DEPLOYMENT" as const,
      source: source.replace("taem", "team"),
    });
    const whole = change("save-template-draft", {
      id: template.id,
      source: annotated("example.com/all: {{json variables}}"),
    });
    expect((await refusal(whole)).message).toContain("Name one variable: {{variables.<name>}}.");
    expect(await refusal(declare("team", "NUMBER"))).toMatchObject({
      code: "CONFLICT",
      fields: [{ path: "input.name" }],
    });
  });

  await step(
    "an app's value comes before its namespace's, that before everyone's, and the default is what is left",
    async () => {
      await change("publish-template", { id: template.id });
      expect(await heldBy(web, "team")).toMatchObject({ value: "nobody", origin: "DEFAULT", chain: [] });
      expect(await annotationsOf(web)).toMatchObject({ "example.com/team": "nobody" });
      await set(team, "red");
      await set(team, "blue", { namespaceId: shop.id });
      expect(await heldBy(web, "team")).toMatchObject({
        value: "blue",
        origin: "NAMESPACE",
        chain: [
          { level: "NAMESPACE", value: "blue" },
          { level: "PLATFORM", value: "red" },
        ],
      });
      await set(team, "nobody", { appId: web.id }, developer);
      expect(await heldBy(web, "team")).toMatchObject({ value: "nobody", origin: "APP" });
      expect(await heldBy(other, "team")).toMatchObject({ value: "red", origin: "PLATFORM" });
      const { namespace } = await developer.ask("namespace-variables", { id: shop.id });
      expect(namespace!.variables).toMatchObject([{ value: "blue", origin: "NAMESPACE" }]);
      for (const [app, value] of [
        [web, "nobody"],
        [other, "red"],
      ] as const)
        expect(await annotationsOf(app)).toMatchObject({ "example.com/team": value });
      await unset(team, { appId: web.id }, developer);
      expect(await annotationsOf(web)).toMatchObject({ "example.com/team": "blue" });
      expect(await refusal(unset(team, { appId: web.id }))).toMatchObject({ code: "NOT_FOUND" });
    },
  );

  await step("a change of a value waits for the next release, and is told until then", async () => {
    const path = 'metadata.annotations["example.com/team"]';
    const [deployment] = await pending(web);
    expect(deployment!.fields).toContainEqual({ path, before: null, after: "blue", isSecret: false });
    await developer.ask("start-build", { input: { appId: web.id, ref: { kind: "TAG", name: "v1.1.0" } } });
    await eventually(async () => {
      const { app } = await developer.ask("app", { id: web.id });
      expect(app!.lastRollout).toMatchObject({ number: 2, phase: "SUCCEEDED" });
    });
    expect(await pending(web)).toEqual([]);
    await set(team, "red", { namespaceId: shop.id });
    expect(await pending(web)).toMatchObject([{ fields: [{ path, before: "blue", after: "red" }] }]);
    const released = server.sandbox.kubernetes.object("Deployment", "shop", "web") as Untyped;
    expect(released.metadata.annotations).toMatchObject({ "example.com/team": "blue" });
  });

  await step("build jobs follow a value at once", async () => {
    const source = seeds["JENKINS_JOB"]!.replace("</description>", " Team {{variables.team}}.</description>");
    const job = await change("create-template", { kind: "JENKINS_JOB" as const, source });
    await change("publish-template", { id: job.id });
    const { JENKINS_URL, JENKINS_USER, JENKINS_TOKEN } = server.sandbox.environment;
    const authorization = `Basic ${Buffer.from(`${JENKINS_USER}:${JENKINS_TOKEN}`).toString("base64")}`;
    const config = async (): Promise<string> =>
      (await fetch(`${JENKINS_URL}/job/shop.web/config.xml`, { headers: { authorization } })).text();
    await eventually(async () => expect(await config()).toContain("Team red."));
    await set(team, "blue", { namespaceId: shop.id });
    await eventually(async () => expect(await config()).toContain("Team blue."));
    await change("archive-template", { id: job.id });
  });

  await step("what does not suit is refused with its field and the remedy", async () => {
    const shards = await declare("shards", "NUMBER");
    const hosts = await declare("hosts", "LIST", { pattern: "[a-z.]+" });
    for (const [given, message] of [
      [set(team, "green"), "Give one of red, blue, nobody."],
      [set(team, 1), "team is a TEXT: give a text."],
      [set(shards, "3"), "shards is a NUMBER: give a number."],
      [set(hosts, ["ok.example", "NOT OK"]), "It does not match the pattern [a-z.]+."],
      [set(hosts, "ok.example"), "hosts is a LIST: give a list of texts."],
    ] as const)
      expect(await refusal(given)).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.value", message }],
      });
    await set(hosts, ["b.example", "a.example"]);
    expect(await heldBy(web, "hosts")).toMatchObject({ value: ["b.example", "a.example"] });
    expect(await refusal(declare("Bad-Name", "TEXT", { allowed: [""], pattern: "(" }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "input.name" }, { path: "input.allowed[0]" }, { path: "input.pattern" }],
    });
    expect(await refusal(declare("both", "TEXT", { isRequired: true, defaultValue: "x" }))).toMatchObject({
      fields: [{ path: "input.isRequired" }],
    });
    expect(await refusal(change("update-variable", { id: hosts.id, pattern: "b.*" }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ message: expect.stringContaining("Change the value of the platform first") }],
    });
    const stale = change("update-variable", { id: hosts.id, description: "Stale.", expectedVersion: 99 });
    expect(await refusal(stale)).toMatchObject({ code: "CONFLICT" });
    const unknown = change("set-variable", { variableId: `var_${"0".repeat(32)}`, value: 1 });
    expect(await refusal(unknown)).toMatchObject({ code: "NOT_FOUND" });
  });

  await step("a pattern takes linear time, and one that could not is refused", async () => {
    const slow = await declare("zones", "LIST", { pattern: "(a+)+b" });
    const startedAt = performance.now();
    const refused = await refusal(set(slow, Array(200).fill("a".repeat(500))));
    expect(refused.fields).toEqual([{ path: "input.value", message: "It does not match the pattern (a+)+b." }]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await set(slow, Array(200).fill("aab"));
    expect(await refusal(declare("behind", "TEXT", { pattern: "(?=a)a" }))).toMatchObject({
      code: "INVALID_INPUT",
      fields: [{ path: "input.pattern", message: expect.stringContaining("without look-around and back-references") }],
    });
    // As an earlier version kept it.
    const client = new pg.Client(readDatabaseUrl(server.database.url));
    await client.connect();
    await client.query("update variable set pattern = '(?=a)a+b' where name = 'zones'");
    await client.end();
    expect((await refusal(set(slow, ["ab"]))).fields).toMatchObject([
      { path: "input.value", message: expect.stringContaining("another pattern with updateVariable") },
    ]);
    await change("update-variable", { id: slow.id, pattern: "a+b" });
    await set(slow, ["ab"]);
    await change("delete-variable", { id: slow.id });
  });

  await step("one that nobody has to set must be guarded", async () => {
    const unguarded = annotated("example.com/shards: {{text variables.shards}}");
    const save = (source: string) => change("save-template-draft", { id: template.id, source });
    expect(await refusal(save(unguarded))).toMatchObject({ code: "INVALID_INPUT", line: 15 });
    const line = "example.com/shards: {{text variables.shards}}";
    await save(annotated(`x: y\n{{#if variables.shards}}\n    ${line}\n{{/if}}`));
  });

  await step("one that must be set is set before a template needs it, and stays so", async () => {
    const owner = await declare("owner", "TEXT", { isRequired: true });
    await change("save-template-draft", {
      id: template.id,
      source: annotated("example.com/owner: {{variables.owner}}\n    example.com/team: {{variables.team}}"),
    });
    await set(owner, "ann", { namespaceId: shop.id });
    expect(await refusal(change("publish-template", { id: template.id }))).toMatchObject({
      code: "ILLEGAL_STATE",
      message: "A value is missing: owner of elsewhere/other. Set it with setVariable first.",
    });
    await set(owner, "bob", { appId: other.id });
    await change("publish-template", { id: template.id });
    expect(await annotationsOf(web)).toMatchObject({ "example.com/owner": "ann", "example.com/team": "blue" });
    expect(await refusal(unset(owner, { appId: other.id }))).toMatchObject({
      code: "ILLEGAL_STATE",
      missing: ["owner of elsewhere/other"],
    });
    // An app that nobody thought of is told to its reviewer.
    const input = { namespaceId: elsewhere.id, name: "late", spec: helloSpec };
    const { id } = (await admin.ask("create-app", { input })).createApp.app;
    await admin.ask("submit-app", { input: { id } });
    expect(await refusal(admin.ask("approve-app", { input: { id } }))).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining(`"variables.owner" has no value here. Set it for the app,`),
    });
    await set(owner, "cid", { appId: id });
    await admin.ask("approve-app", { input: { id } });
  });

  await step("one that a published template uses stays as that needs it, and cannot be deleted", async () => {
    const refused = await refusal(change("delete-variable", { id: team.id }));
    expect(refused).toMatchObject({ code: "ILLEGAL_STATE", templates: [template.id] });
    expect(refused.message).toContain(`kubernetes/deployment (${template.id})`);
    const loosened = change("update-variable", { id: team.id, defaultValue: null });
    expect(await refusal(loosened)).toMatchObject({ code: "ILLEGAL_STATE", templates: [template.id] });
    expect(await heldBy(web, "team")).toMatchObject({ value: "blue" });
    const free = await declare("unused", "BOOLEAN", { defaultValue: false });
    await set(free, true);
    await change("delete-variable", { id: free.id });
    expect(await heldBy(web, "unused")).toBeUndefined();
    const again = await declare("unused", "TEXT");
    expect((await admin.ask("variable-values", { variable: again.id })).variableValues.totalCount).toBe(0);
  });

  await step("who may edit the app sets its value, who administers the namespace that of the namespace", async () => {
    const ruler = await server.member(admin, "ADMINISTRATOR", shop.id);
    const viewer = await server.member(admin, "VIEWER", shop.id);
    await set(team, "red", { namespaceId: shop.id }, ruler);
    for (const [asked, place, permission] of [
      [ruler, {}, "template:manage"],
      [developer, {}, "template:manage"],
      [developer, { namespaceId: shop.id }, "namespace:update"],
      [viewer, { appId: web.id }, "app:update"],
    ] as const) {
      expect(await refusal(set(team, "blue", place, asked))).toMatchObject({
        code: "FORBIDDEN",
        requiredPermission: permission,
      });
      expect(await refusal(unset(team, place, asked))).toMatchObject({ requiredPermission: permission });
    }
    for (const place of [{ appId: web.id }, { namespaceId: shop.id }])
      expect(await refusal(set(team, "blue", place, otherTenant))).toMatchObject({ code: "NOT_FOUND" });
    const declared = developer.ask("declare-variable", { input: { name: "x", type: "TEXT", description: "x" } });
    expect(await refusal(declared)).toMatchObject({ code: "FORBIDDEN", requiredPermission: "template:manage" });
    expect(await namesSeenBy(otherTenant)).toEqual(["hosts", "owner", "shards", "team", "unused"]);
    expect(await namesSeenBy(await server.member(admin))).toEqual([]);
    const levels = async (asked: OrreryClient): Promise<string[]> =>
      (await asked.ask("variable-values", { variable: team.id })).variableValues.nodes.map(({ level }) => level);
    expect(await levels(developer)).toEqual(["NAMESPACE", "PLATFORM"]);
    expect(await levels(otherTenant)).toEqual(["PLATFORM"]);
  });
}, 240_000);
