import type { TemplateKind } from "../../schema/operation-types.js";
import type { OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "./eventually.js";
import { reopen } from "./reopen.js";
import { approvedApp, helloSpec, type TestServer } from "./test-server.js";

/** What entities are made with. */
interface Given {
  readonly server: TestServer;
  readonly admin: OrreryClient;
  readonly namespaceId: string;
}

/** Makes entities in the state that a test needs, through the API. */
export class EntityFactory {
  private readonly server: TestServer;
  private readonly admin: OrreryClient;
  private readonly namespaceId: string;

  constructor({ server, admin, namespaceId }: Given) {
    this.server = server;
    this.admin = admin;
    this.namespaceId = namespaceId;
    server.sandbox.github.repository("acme/hello-orrery").addTag({ name: hangingTag });
  }

  async member() {
    const input = { email: `${unique()}@example.com`, name: "Someone", password: "a password of theirs" };
    return (await this.admin.ask("create-member", { input })).createMember.member;
  }

  async draft(name: string) {
    const input = { namespaceId: this.namespaceId, name, spec: helloSpec };
    return (await this.admin.ask("create-app", { input })).createApp.app;
  }

  async submitted(name: string) {
    const { id } = await this.draft(name);
    return (await this.admin.ask("submit-app", { input: { id } })).submitApp.app;
  }

  /** Builds the tag and waits until it is live. */
  async deliver(appId: string, tag: string) {
    const { lastRollout } = (await this.admin.ask("app", { id: appId })).app!;
    const { startBuild } = await this.admin.ask("start-build", { input: { appId, ref: { kind: "TAG", name: tag } } });
    await eventually(async () => {
      const { app } = await this.admin.ask("app", { id: appId });
      const { number, phase } = app!.lastRollout!;
      if (number !== (lastRollout?.number ?? 0) + 1 || phase !== "SUCCEEDED")
        throw new Error(`Rollout ${number} is ${phase}.`);
    });
    return startBuild.build;
  }

  /** A build that does not end by itself. */
  async hangingBuild() {
    const app = await approvedApp(this.admin, this.namespaceId, `hang-${unique()}`);
    const ref = { kind: "TAG" as const, name: hangingTag };
    return (await this.admin.ask("start-build", { input: { appId: app.id, ref } })).startBuild.build;
  }

  /** A template for Services of the app, or of a new one. */
  async template(of?: string) {
    const appId = of ?? (await this.draft(`tpl-${unique()}`)).id;
    return (await this.admin.ask("create-template", { input: { kind: "SERVICE", appId } })).createTemplate.template;
  }

  /** A published version, and the app that it is for. */
  async version(): Promise<{ versionId: string; appId: string }> {
    const { id: appId } = await this.draft(`tpl-${unique()}`);
    const { id } = await this.template(appId);
    const { publishTemplate } = await this.admin.ask("publish-template", { input: { id } });
    return { versionId: publishTemplate.template.published!.id, appId };
  }

  async pin() {
    return (await this.admin.ask("pin-template", { input: await this.version() })).pinTemplate.pin;
  }

  /** A publication that stopped, of a template for everyone. */
  async stoppedPublication(kind: TemplateKind, namespaceId: string) {
    const { id } = (await this.admin.ask("create-template", { input: { kind } })).createTemplate.template;
    const input = { id, stages: [{ namespaceIds: [namespaceId] }] };
    const { publication } = (await this.admin.ask("publish-template-in-stages", { input })).publishTemplateInStages;
    await eventually(async () => {
      const { phase } = (await this.admin.ask("publication", { id: publication.id })).publication!;
      if (phase !== "SUCCEEDED") throw new Error(`The publication is ${phase}.`);
    });
    await reopen(this.server, "publication", "STOPPED", publication.id);
    return publication;
  }

  async variable() {
    const input = { name: `v${unique()}`, type: "TEXT" as const, description: "A word." };
    return (await this.admin.ask("declare-variable", { input })).declareVariable.variable;
  }

  async variableWithValue() {
    const input = { variableId: (await this.variable()).id, value: "everywhere" };
    return (await this.admin.ask("set-variable", { input })).setVariable.variable;
  }

  async plan(appId: string) {
    return (await this.admin.ask("plan-release", { input: { appId } })).planRelease.plan;
  }
}

const hangingTag = "v2.2.0-hang";

const unique = (): string => Math.random().toString(36).slice(2, 8);
