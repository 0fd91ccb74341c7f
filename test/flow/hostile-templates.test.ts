import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TemplateKind } from "../../schema/operation-types.js";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { createNamespace, TestServer, type Namespace } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

/** What the server is told by templates that mean harm, or were written by mistake: each is refused in its own words, soon. */
describe("a hostile template", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let shop: Namespace;
  let seeds: Readonly<Record<string, string>>;

  beforeAll(async () => {
    server = await TestServer.open({ environment: { SECRET_OF_THE_PROCESS: "nobody-reads-this" } });
    admin = await server.login();
    shop = await createNamespace(admin, "shop");
    const { templateKinds } = await admin.ask("template-kinds");
    seeds = Object.fromEntries(templateKinds.map(({ kind, seed }) => [kind, seed]));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Of a source that is saved, and of one that is tried; both say the same, with the place. */
  async function refused(kind: TemplateKind, source: string): Promise<string> {
    const startedAt = Date.now();
    const input = { kind, namespaceId: shop.id, source };
    const error = await refusal(admin.ask("create-template", { input }));
    expect(error).toMatchObject({ code: "INVALID_INPUT", line: expect.any(Number), column: expect.any(Number) });
    const { previewTemplate } = await admin.ask("preview-template", { kind, source });
    expect(previewTemplate.output).toBeNull();
    expect(error.message).toContain(previewTemplate.problem!.message);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    return previewTemplate.problem!.message;
  }

  const blocks = (depth: number): string => `${"{{#if app}}".repeat(depth)}a: b${"{{/if}}".repeat(depth)}`;
  const doubling = (rounds: number): string => {
    const name = (round: number): string => `w${round}`;
    const open = Array.from({ length: rounds }, (_, i) => `{{#with (text ${name(i)} ${name(i)}) as |${name(i + 1)}|}}`);
    return `{{#with app.name as |w0|}}${open.join("")}\na: {{w${rounds}}}\n${"{{/with}}".repeat(rounds + 1)}`;
  };
  const loops = (depth: number, inner: string): string =>
    `${"{{#each @root.ports}}{{#each @root.command}}".repeat(depth)}\n${inner}\n${"{{/each}}{{/each}}".repeat(depth)}`;
  const bomb = (): string => {
    const lists = Array.from(
      { length: 9 },
      (_, i) => `  a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`,
    );
    return seeds["SERVICE"]!.replace("spec:\n", ["spec:", "  a0: &a0 [x, x]", ...lists, ""].join("\n"));
  };
  const deployment = (from: string | RegExp, to: string): string => {
    const source = seeds["DEPLOYMENT"]!.replace(from, to);
    expect(source).not.toBe(seeds["DEPLOYMENT"]);
    return source;
  };

  test.each<[string, string, () => string, string | RegExp]>([
    ["that is too long", "SERVICE", () => "#".repeat(300_000), "A template has at most 256 KiB."],
    ["of blocks in blocks", "SERVICE", () => blocks(65), "lie more than 64 deep in each other"],
    ["of thousands of blocks in blocks", "SERVICE", () => blocks(12_000), "lie more than 64 deep in each other"],
    ["of an else if that never ends", "SERVICE", () => `{{#if app}}${"{{else if app}}".repeat(9_000)}{{/if}}`, "64 deep"],
    ["of functions in functions", "SERVICE", () => `a: {{${"text (".repeat(20_000)}app${")".repeat(20_000)}}}`, "64 deep"],
    ["that includes itself", "SERVICE", () => "{{> service}}", "Partials ({{> name}}) and decorators are not supported."],
    ["that includes itself inline", "SERVICE", () => `{{#*inline "a"}}{{> a}}{{/inline}}`, /Partials|There is no block/],
    ["that asks for the constructor", "SERVICE", () => "a: {{constructor}}", `There is no field "constructor"`],
    ["that asks for __proto__", "SERVICE", () => "a: {{app.__proto__}}", `There is no field "__proto__" in "app"`],
    ["that asks for a constructor's constructor", "JENKINS_JOB", () => "<a>{{app.constructor.constructor}}</a>", `"constructor"`],
    ["that looks a word up", "SERVICE", () => `a: {{lookup app "constructor"}}`, `There is no function "lookup"`],
    ["that finds by __proto__", "SERVICE", () => `{{#with (find ports "__proto__" "x")}}\na: {{name}}\n{{/with}}\n{{#with (find ports "name" "http")}}\na: {{toString}}\n{{/with}}`, `There is no field "toString"`],
    ["that reads the process", "SERVICE", () => "a: {{process.env.SECRET_OF_THE_PROCESS}}", `There is no field "process"`],
    ["that reads the loop's outside", "SERVICE", () => "a: {{../../app}}", /reaches out|There is no field/],
    ["that runs code", "SERVICE", () => `a: {{eval "1"}}`, `There is no function "eval"`],
    ["that writes raw values", "SERVICE", () => "a: {{{app.name}}}", "Values are always written safely"],
    ["whose function is given too little", "SERVICE", () => "a: {{is app.name}}", "is takes 2 values; it is given 1."],
    ["whose function is given too much", "SERVICE", () => "a: {{json app.name app.id}}", "json takes 1 value; it is given 2."],
    ["whose function is given what it cannot take", "SERVICE", () => `a: {{join app.name ","}}`, "join: The first value must be a list."],
    ["whose text doubles", "SERVICE", () => doubling(40), "text: The text is longer than 1048576 characters."],
    ["whose loops never end", "SERVICE", () => loops(14, "a: {{@root.app.name}}"), "Rendering took more than 100000 steps."],
    ["whose loops write without end", "SERVICE", () => loops(7, "a: {{json @root}}"), "The output is longer than 1048576 characters."],
    ["whose functions work without end", "SERVICE", () => loops(7, "{{#if (json @root)}}{{/if}}"), "Functions made more than 2097152 characters."],
    ["of countless keys", "SERVICE", () => Array.from({ length: 20_000 }, (_, i) => `k${i}: v`).join("\n"), "Must render an object"],
    ["of an endless word", "SERVICE", () => `a: {{${"x".repeat(200_000)}}}`, "A path has at most 200 characters."],
    ["that writes without end", "INIT_CONTAINER", () => loops(7, "#".repeat(9_000)), "The output is longer than 1048576 characters."],
    ["of countless values", "JENKINS_JOB", () => `<a>${"{{app.id}}".repeat(20_000)}</a>`, "writes at most 1000 values"],
    ["of lists in lists", "SERVICE", () => `a: ${"[".repeat(60_000)}`, /nested too deeply|not YAML/],
    ["of elements in elements", "JENKINS_JOB", () => "<a>".repeat(80_000), "This is not well-formed XML"],
    ["of aliases that multiply", "SERVICE", bomb, "Its aliases stand for more than 100 times what they name."],
    ["that is no XML", "JENKINS_JOB", () => "<project><a></project>", "This is not well-formed XML"],
    ["that declares entities", "JENKINS_JOB", () => `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "This is not well-formed XML"],
    ["that is no YAML", "SERVICE", () => "a: [", "This is not YAML"],
    ["with a tag that makes things", "SERVICE", () => seeds["SERVICE"]!.replace("type: ClusterIP", "type: !!js/function x"), "This is not YAML: Unresolved tag"],
    ["of another namespace", "DEPLOYMENT", () => deployment("namespace: {{namespace.name}}", "namespace: kube-system"), "nothing is made in another namespace"],
    ["of another kind", "SERVICE", () => seeds["DEPLOYMENT"]!, "Must render v1 Service; it rendered apps/v1 Deployment."],
    [
      "that gives rights",
      "DEPLOYMENT",
      () => "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: {{app.name}} }\n",
      "The platform makes no ClusterRole",
    ],
    ["of a subject of two lines", "NOTIFICATION_EMAIL", () => `subject: "a\\nBcc: b"\ntext: c\n`, "Must render one EMail. subject: A subject is one line."],
    ["of a letter with a script", "NOTIFICATION_EMAIL_HTML", () => "<html><script>{{event}}</script></html>", `"event" may not stand in <script>`],
    ["of two objects", "SERVICE", () => `${seeds["SERVICE"]!}---\na: b\n`, "Must render one object; it rendered 2."],
    ["whose pods take the node's network", "DEPLOYMENT", () => deployment("      enableServiceLinks", "      hostNetwork: true\n      enableServiceLinks"), "spec.template.spec.hostNetwork reaches the node"],
    ["whose pods take the node's files", "DEPLOYMENT", () => deployment("      enableServiceLinks", "      volumes: [{ name: a, hostPath: { path: / } }]\n      enableServiceLinks"), "volumes[0].hostPath reaches the node"],
    ["whose pods see the node's processes", "DEPLOYMENT", () => deployment("      enableServiceLinks", "      hostPID: true\n      enableServiceLinks"), "spec.template.spec.hostPID reaches the node"],
    ["whose container may do everything", "DEPLOYMENT", () => deployment("allowPrivilegeEscalation: false", "privileged: true"), "containers[0].securityContext.privileged reaches the node"],
    ["whose container adds capabilities", "DEPLOYMENT", () => deployment(/drop: \[ALL\]\n.*\n.*add:.*\n.*\/if.*/, "add: [SYS_ADMIN]"), "containers[0].securityContext.capabilities.add[0] may only be"],
    ["whose container sees the node's /proc", "DEPLOYMENT", () => deployment("allowPrivilegeEscalation: false", "procMount: Unmasked"), "securityContext.procMount may only be"],
    ["whose pods take storage of a driver", "DEPLOYMENT", () => deployment("      enableServiceLinks", "      volumes: [{ name: a, csi: { driver: b } }]\n      enableServiceLinks"), "volumes[0].csi is not among what templates may set here"],
    ["whose pods choose their node", "DEPLOYMENT", () => deployment("      enableServiceLinks", "      nodeName: control-plane\n      enableServiceLinks"), "spec.template.spec.nodeName is not among"],
    ["whose pods run by a foreign account", "DEPLOYMENT", () => deployment("      enableServiceLinks", "      serviceAccountName: deployer\n      enableServiceLinks"), "spec.template.spec.serviceAccountName may only be"],
    ["that takes addresses", "SERVICE", () => seeds["SERVICE"]!.replace("type: ClusterIP", "externalIPs: [10.0.0.1]"), "spec.externalIPs takes addresses"],
    ["that leads elsewhere", "SERVICE", () => seeds["SERVICE"]!.replace("type: ClusterIP", "type: ExternalName"), "spec.type may only be"],
  ])("%s is refused", async (_what, kind, source, problem) => {
    const message = await refused(kind as TemplateKind, source());
    if (typeof problem === "string") expect(message).toContain(problem);
    else expect(message).toMatch(problem);
    expect(message).not.toContain("nobody-reads-this");
  }); // prettier-ignore

  test("of a megabyte does not even get in", async () => {
    const source = "#".repeat(1_048_576);
    for (const asked of [
      admin.ask("create-template", { input: { kind: "SERVICE", source } }),
      admin.ask("preview-template", { kind: "SERVICE", source }),
    ])
      expect(await refusal(asked)).toMatchObject({
        code: "TOO_COMPLEX",
        limits: [{ limit: "body", remedy: "Send less at once." }],
      });
  });

  test("is no worse for the server, which goes on answering", async () => {
    const { previewTemplate } = await admin.ask("preview-template", { kind: "SERVICE", source: seeds["SERVICE"]! });
    expect(previewTemplate.problem).toBeNull();
    expect((await admin.ask("templates")).templates.nodes).toEqual([]);
  });

  test("may reach the node where the operator allows it", async () => {
    const source = seeds["DEPLOYMENT"]!.replace(
      "      enableServiceLinks",
      "      hostNetwork: true\n      enableServiceLinks",
    );
    await server.stop();
    await server.start({ TEMPLATES_HOST_ACCESS: "true" });
    admin = await server.login();
    const { createTemplate } = await admin.ask("create-template", { input: { kind: "DEPLOYMENT", source } });
    await admin.ask("publish-template", { input: { id: createTemplate.template.id } });
  });
});
