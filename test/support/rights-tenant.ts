import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "./eventually.js";
import { helloSpec, type TestServer } from "./test-server.js";
import type { Tenant } from "./rights-actors.js";

/** Ids and names by the `$name` that stands for them in the rows of the matrix. */
export type Fixture = Readonly<Record<string, string>>;

/** The value of the namespace's secret variable, which no answer may contain. */
export const secretOf = (tenant: Tenant): string => `${tenant}-keeps-this`;

/** Builds and rollouts finish within this time on a busy machine. */
export const timeoutMs = 60_000;

/** A spec that uses every part of a spec. Its probe asks a closed port, so a plan warns. */
const fullSpec = {
  ...helloSpec,
  autoscaling: { minReplicas: 2, maxReplicas: 4, cpuPercent: 80 },
  readinessProbe: { kind: "TCP" as const, port: 9999 },
  environment: [{ name: "GREETING", value: "hello" }],
  security: { runAsUser: 1000 },
};
const parameters = [{ name: "GREETING", value: "hello" }];

interface People {
  readonly admin: OrreryClient;
  readonly owner: OrreryClient;
}

/** Ids that exist before the namespace is filled. */
interface Given {
  readonly namespace: string;
  readonly variable: string;
  readonly secret: string;
}

/** Fills a namespace with one of everything, through the API. */
export class RightsTenant {
  private readonly fixture: Record<string, string>;

  constructor(
    private readonly server: TestServer,
    private readonly tenant: Tenant,
    private readonly people: People,
    private readonly given: Given,
  ) {
    this.fixture = { namespace: given.namespace, namespaceName: tenant };
  }

  async fill(): Promise<Fixture> {
    await this.addOwnersThings();
    await this.addApps();
    this.addClusterChanges();
    await this.addTemplates();
    await this.addValues();
    await this.addRecords();
    return this.fixture;
  }

  private async change(by: keyof People, operation: string, input: object): Promise<Untyped> {
    const payload = Object.values(await this.people[by].askUntyped(operation, { input }))[0] as object;
    return Object.entries(payload).find(([name]) => name !== "cursor")![1];
  }

  private async addOwnersThings(): Promise<void> {
    const query = `{ viewer { email member { id } roles { id } sessions { id } } }`;
    const { viewer } = await this.people.owner.ask(query);
    const other = await this.server.login({ email: viewer.email, password: "a password of theirs" });
    const [newest] = (await other.ask(query)).viewer.sessions;
    await other.ask("logout");
    Object.assign(this.fixture, {
      owner: viewer.member.id,
      grant: viewer.roles[0]!.id,
      session: viewer.sessions[0]!.id,
      endedSession: newest!.id,
    });
  }

  private async app(name: string, spec: object = helloSpec): Promise<string> {
    const input = { namespaceId: this.fixture["namespace"], name: `${this.tenant}-${name}`, spec };
    return (await this.change("owner", "create-app", input)).id;
  }

  private async approved(name: string): Promise<string> {
    const id = await this.app(name);
    await this.change("owner", "submit-app", { id });
    await this.change("admin", "approve-app", { id });
    return id;
  }

  private async build(appId: string, tag: string): Promise<string> {
    return (await this.change("owner", "start-build", { appId, ref: { kind: "TAG" as const, name: tag }, parameters }))
      .id;
  }

  private async ask(query: string, variables: object): Promise<Untyped> {
    return Object.values(await this.people.admin.askUntyped(query, variables))[0];
  }

  /** The app's rollout of this number, once it is finished or has a condition, with the app's pods. */
  private rollout(app: string, number: number): Promise<Untyped> {
    const fields = `pods { name } lastRollout { id number finishedAt condition { code } release { id } }`;
    return eventually(async () => {
      const { lastRollout, pods } = await this.ask(`query ($app: ID!) { app(id: $app) { ${fields} } }`, { app });
      if (lastRollout?.number !== number || !(lastRollout.finishedAt ?? lastRollout.condition))
        throw new Error(`Rollout ${number} is not finished.`);
      return { ...lastRollout, pods };
    }, timeoutMs);
  }

  private async addApps(): Promise<void> {
    const { fixture } = this;
    const [app, draft, inReview, hung, stuck] = await Promise.all([
      this.approved("web"),
      this.app("draft", fullSpec),
      this.app("waiting"),
      this.approved("hung"),
      this.approved("stuck"),
    ]);
    Object.assign(fixture, { app, appName: `${this.tenant}-web`, draft, inReview });
    await this.change("owner", "submit-app", { id: inReview });
    await this.build(stuck, "v1.3.0-missing");
    await this.build(app, "v1.0.0");
    const first = await this.rollout(app, 1);
    Object.assign(fixture, { formerRelease: first.release.id, formerRollout: first.id });
    // The next release makes both plans stale, so no actor can apply them.
    fixture["plan"] = (await this.change("owner", "plan-release", { appId: app })).id;
    const changes = { spec: fullSpec };
    fixture["planOfNewSpec"] = (await this.change("owner", "plan-release", { appId: app, changes })).id;
    fixture["build"] = await this.build(app, "v1.1.0");
    const { id, release, pods } = await this.rollout(app, 2);
    Object.assign(fixture, { rollout: id, release: release.id, pod: pods[0].name, container: fixture["appName"] });
    fixture["stuckRollout"] = (await this.rollout(stuck, 1)).id;
    // Last, because it never leaves its executor.
    fixture["runningBuild"] = await this.build(hung, "v2.2.0-hang");
  }

  /** Drift, and a Deployment that can be imported. */
  private addClusterChanges(): void {
    const { kubernetes } = this.server.sandbox;
    kubernetes.edit("Deployment", this.tenant, this.fixture["appName"]!, "kubectl", (object: Untyped) => {
      object.spec.replicas = 3;
    });
    const labels = { app: `${this.tenant}-legacy` };
    const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "x:1" }] } };
    kubernetes.create({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: labels.app, namespace: this.tenant },
      spec: { replicas: 0, selector: { matchLabels: labels }, template },
    } as never);
  }

  private async addTemplates(): Promise<void> {
    const { fixture } = this;
    const place = { namespaceId: fixture["namespace"] };
    const { id, draft: first } = await this.change("admin", "create-template", { kind: "SERVICE" as const, ...place });
    const { published } = await this.change("admin", "publish-template", { id });
    const { draft } = await this.change("admin", "save-template-draft", { id, source: `${first.source as string}\n` });
    Object.assign(fixture, { template: id, templateVersion: published.id, draftVersion: draft.id });
    const versionId = published.id as string;
    fixture["pin"] = (await this.change("admin", "pin-template", { versionId, ...place })).id;
    fixture["endedPin"] = (await this.change("admin", "pin-template", { versionId, appId: fixture["app"] })).id;
    await this.change("admin", "unpin-template", { id: fixture["endedPin"] });
  }

  private async addValues(): Promise<void> {
    const { namespace: namespaceId, app: appId } = this.fixture;
    const { variable, secret } = this.given;
    const set = (by: keyof People, input: object): Promise<Untyped> => this.change(by, "set-variable", input);
    await set("admin", { variableId: variable, namespaceId, value: `${this.tenant} value` });
    await set("owner", { variableId: variable, appId, value: `${this.tenant} value of the app` });
    await set("admin", { variableId: secret, namespaceId, value: secretOf(this.tenant) });
    const query = `query ($id: ID!) { variableValues(variable: $id) { nodes { id level namespace { id } } } }`;
    const find = async (id: string, level: string): Promise<string> => {
      const { nodes } = await this.ask(query, { id });
      return nodes.find((value: Untyped) => value.level === level && value.namespace.id === namespaceId).id;
    };
    this.fixture["value"] = await find(variable, "NAMESPACE");
    this.fixture["valueOfApp"] = await find(variable, "APP");
    this.fixture["secretValue"] = await find(secret, "NAMESPACE");
  }

  /** What the platform records by itself: revisions, reviews, the journal, notifications, drift. */
  private async addRecords(): Promise<void> {
    const { fixture } = this;
    const query = `query ($id: ID!) { app(id: $id) { revision { id } reviews { nodes { id } } drift { state } } }`;
    const journal = `query ($filter: JournalFilterInput) { journal(filter: $filter) { nodes { id } } }`;
    const filter = { namespaceId: fixture["namespace"], events: ["app.approved"] };
    await eventually(async () => {
      const { revision, reviews, drift } = await this.ask(query, { id: fixture["app"] });
      if (drift.state !== "DRIFTED") throw new Error("The drift is not known yet.");
      const { nodes: entries } = await this.ask(journal, { filter });
      const { notifications } = await this.people.owner.ask(`{ notifications { nodes { id } } }`);
      Object.assign(fixture, {
        revision: revision.id,
        review: reviews.nodes[0].id,
        journalEntry: entries[0].id,
        notification: notifications.nodes.at(-1)!.id,
      });
    }, timeoutMs);
  }
}
