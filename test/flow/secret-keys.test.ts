import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import pg from "pg";
import { readDatabaseUrl } from "../../src/compose/database.js";
import { OrreryClient, type Untyped } from "../../src/demo/orrery-client.js";
import { canonicalJson } from "../../src/kernel/canonical-json.js";
import { eventually } from "../support/eventually.js";
import { createNamespace, TestServer, type Namespace } from "../support/test-server.js";

jest.setTimeout(120_000);

const password = "correct horse battery staple";
const pullSecret = "orrery-registry";

/** As values were sealed before there was a key for each purpose. */
function sealedBefore(plain: string, context: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return ["v1", ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
}

describe("the secret key", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let namespace: Namespace;
  let oldKey: string;
  const newKey = randomBytes(32).toString("base64");
  const label = { name: "pay", displayName: "Payments", idempotencyKey: "label-1" };

  beforeAll(async () => {
    server = await TestServer.open();
    oldKey = server.environment["SECRET_KEY"]!;
    admin = await server.login();
    const registry = { server: "registry.example.com", username: "robot", password };
    namespace = await createNamespace(admin, label.name, { ...label, registry });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const sql = async (text: string, values: readonly unknown[]) => {
    const client = new pg.Client(readDatabaseUrl(server.database.url));
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  /** Starts the server anew; it finds its Secret gone, and makes it again of what is stored. */
  const restart = async (environment: Readonly<Record<string, string>>): Promise<void> => {
    await server.stop();
    server.sandbox.kubernetes.remove("Secret", label.name, pullSecret);
    await server.start(environment);
  };
  const expectSecret = (): Promise<void> =>
    eventually(async () => {
      const { data } = server.sandbox.kubernetes.object("Secret", label.name, pullSecret) as Untyped;
      expect(Buffer.from(data[".dockerconfigjson"] as string, "base64").toString()).toContain(password);
    });
  const create = (client: OrreryClient) =>
    client.ask("create-namespace", {
      input: { ...label, registry: { server: "registry.example.com", username: "robot", password } },
    });

  test("is not what secrets are sealed with, and a sealed value names its key", async () => {
    await expectSecret();
    const [{ sealed }] = await sql(`select registry_password_sealed as sealed from namespace where id = $1`, [
      namespace.id,
    ]);
    expect(sealed).toMatch(/^v2\.[0-9a-f]{8}\./);
  });

  test("may be replaced: what is stored is read, sessions go on and repeated mutations are known", async () => {
    const person = await server.member(admin, "VIEWER");
    await restart({ SECRET_KEY: newKey, SECRET_KEYS_FORMER: oldKey });
    await expectSecret();
    await new OrreryClient(server.url, person.token).ask("viewer");
    const again = new OrreryClient(server.url, admin.token);
    expect((await create(again)).createNamespace.namespace.id).toBe(namespace.id);
    const refused = await again.send("create-namespace", { input: { ...label, displayName: "Other" } });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "CONFLICT" });
  });

  test("opens what was stored before each purpose had a key of its own", async () => {
    const key = Buffer.from(oldKey, "base64");
    await sql(`update namespace set registry_password_sealed = $1 where id = $2`, [
      sealedBefore(password, namespace.id, key),
      namespace.id,
    ]);
    const { idempotencyKey, ...rest } = label;
    const input = { ...rest, registry: { server: "registry.example.com", username: "robot", password } };
    await sql(`update idempotency_key set input_hash = $1 where key = $2`, [
      createHmac("sha256", key)
        .update(canonicalJson(["createNamespace", input]))
        .digest("hex"),
      idempotencyKey,
    ]);
    const replaced: Record<string, string> = { SECRET_KEY: newKey, SECRET_KEYS_FORMER: oldKey };
    for (const environment of [{}, replaced]) {
      await restart(environment);
      await expectSecret();
      expect((await create(await server.login())).createNamespace.namespace.id).toBe(namespace.id);
    }
  });
});
