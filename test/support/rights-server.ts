import { OrreryClient, type Untyped } from "../../src/demo/orrery-client.js";
import { deadTokens } from "./dead-tokens.js";
import { eventually } from "./eventually.js";
import { createNamespace, TestServer } from "./test-server.js";
import {
  actorKinds,
  actorNames,
  owners,
  tenants,
  type ActorKind,
  type ActorName,
  type Tenant,
} from "./rights-actors.js";
import { timeoutMs, RightsTenant, type Fixture } from "./rights-tenant.js";

/** High enough for every cell of the matrix to be requested within a minute. */
const highLimits = {
  BUDGET_PER_MINUTE: "1000000000",
  ANONYMOUS_BUDGET_PER_MINUTE: "1000000000",
  NEW_DOCUMENTS_PER_MINUTE: "1000000",
  DOCUMENT_MAX_FIELDS: "5000",
  DOCUMENT_MAX_REPEATS: "1000",
  OPERATION_MAX_COST: "10000000",
  MAX_SUBSCRIPTIONS_PER_MEMBER: "100000",
};

const spareLogin = { email: "spare@example.com", password: "a password of theirs" };

/** A server with the actors of the matrix and two namespaces that each hold one of everything. */
export class RightsServer {
  private lastLogin: Promise<string> = Promise.resolve("");
  private invalidTokens: readonly string[] = [];
  private requests = 0;
  private readonly clients = new Map<ActorName, OrreryClient>();
  private readonly fixtures = new Map<Tenant, Fixture>();

  private constructor(
    readonly server: TestServer,
    readonly admin: OrreryClient,
  ) {}

  static async open(): Promise<RightsServer> {
    const server = await TestServer.open({ pace: 40, environment: highLimits });
    try {
      const rights = new RightsServer(server, await server.login());
      await rights.fill();
      return rights;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The ids and names that the rows use, for this namespace. */
  fixture(tenant: Tenant): Fixture {
    return this.fixtures.get(tenant)!;
  }

  /** A client of this actor. Each call gives the next of the invalid tokens to the actor who has one. */
  as(name: ActorName): OrreryClient {
    const tokens = this.invalidTokens;
    if (name === "holder of an invalid token")
      return new OrreryClient(this.server.url, tokens[this.requests++ % tokens.length]);
    return this.clients.get(name)!;
  }

  /** A refresh token that was not used yet. One login after the other: many at once look like guesses. */
  refreshToken(): Promise<string> {
    const login = async (): Promise<string> =>
      (await this.server.anonymous().ask("login", { input: spareLogin })).login.refreshToken;
    return (this.lastLogin = this.lastLogin.then(login));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  private async change(operation: string, input: object): Promise<Untyped> {
    const payload = Object.values(await this.admin.askUntyped(operation, { input }))[0] as object;
    return Object.entries(payload).find(([name]) => name !== "cursor")![1];
  }

  private async fill(): Promise<void> {
    const { server, admin } = this;
    server.sandbox.github.repository("acme/hello-orrery").addTag({ name: "v2.2.0-hang" });
    const namespaces = new Map<Tenant, string>();
    for (const tenant of tenants) namespaces.set(tenant, (await createNamespace(admin, tenant)).id);
    for (const name of actorNames) this.clients.set(name, await this.client(actorKinds[name], namespaces));
    this.invalidTokens = await deadTokens(server);
    const shared = await this.sharedFixture();
    const fixtures = await Promise.all(
      tenants.map((tenant) => {
        const { variable, secret } = shared as { variable: string; secret: string };
        const given = { namespace: namespaces.get(tenant)!, variable, secret };
        return new RightsTenant(server, tenant, { admin, owner: this.as(owners[tenant]) }, given).fill();
      }),
    );
    const publication = await this.publicationFixture([...namespaces.values()]);
    const common = { ...shared, ...publication, now: new Date().toISOString() };
    fixtures.forEach((fixture, index) => this.fixtures.set(tenants[index]!, { ...common, ...fixture }));
  }

  private async client(
    { hasLogin, role, tenant }: ActorKind,
    namespaces: ReadonlyMap<Tenant, string>,
  ): Promise<OrreryClient> {
    if (!hasLogin) return this.server.anonymous();
    return this.server.member(this.admin, role, tenant && namespaces.get(tenant));
  }

  /** What belongs to no namespace. */
  private async sharedFixture(): Promise<Fixture> {
    const text = { type: "TEXT", description: "A text." };
    const { cursor } = (await this.admin.ask("mark-notifications-read", { input: {} })).markNotificationsRead;
    const variable = await this.change("declare-variable", { name: "word", ...text });
    const secret = await this.change("declare-variable", { name: "hidden", ...text, isSecret: true });
    const unset = await this.change("declare-variable", { name: "unset", ...text });
    await this.change("set-variable", { variableId: variable.id, value: "for everyone" });
    const query = `query ($id: ID!) { variableValues(variable: $id) { nodes { id } } dockerfiles { nodes { id } } }`;
    const { variableValues, dockerfiles } = await this.admin.ask(query, { id: variable.id });
    await this.change("create-member", { ...spareLogin, name: "Spare" });
    const closed = await this.change("create-member", { ...spareLogin, email: "closed@example.com", name: "Closed" });
    await this.change("close-member", { id: closed.id });
    const events = { filter: { events: ["variable.declared"] } };
    return {
      variable: variable.id,
      secret: secret.id,
      unsetVariable: unset.id,
      valueForEveryone: variableValues.nodes[0]!.id,
      dockerfile: dockerfiles.nodes[0]!.id,
      closedMember: closed.id,
      spareEmail: spareLogin.email,
      sparePassword: spareLogin.password,
      platformEntry: (await this.admin.ask("journal", events)).journal.nodes[0]!.id,
      firstCursor: cursor,
    };
  }

  /** A template for everyone, and a finished publication of it. */
  private async publicationFixture(namespaceIds: string[]): Promise<Fixture> {
    const { id, draft } = await this.change("create-template", { kind: "DEPLOYMENT" });
    const { id: publication } = await this.change("publish-template-in-stages", { id, stages: [{ namespaceIds }] });
    await eventually(async () => {
      const { phase } = (await this.admin.ask("publication", { id: publication })).publication!;
      if (phase !== "SUCCEEDED") throw new Error(`The publication is ${phase as string}.`);
    }, timeoutMs);
    return { templateForEveryone: id, versionForEveryone: draft.id, publication };
  }
}
