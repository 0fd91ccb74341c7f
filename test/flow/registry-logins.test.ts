import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { BuildParameterInput } from "../../schema/operation-types.js";
import type { Untyped, OrreryClient } from "../../src/demo/orrery-client.js";
import { eventually } from "../support/eventually.js";
import { all, approvedApp, createNamespace, TestServer, type Namespace } from "../support/test-server.js";
import { refusal } from "../support/refusal.js";

describe("logins of registries", () => {
  let server: TestServer;
  let admin: OrreryClient;
  let pay: Namespace;
  let shop: Namespace;

  beforeAll(async () => {
    server = await TestServer.open({
      environment: {
        JENKINS_REGISTRY_CREDENTIALS_ID: "registry-{namespace}",
        REGISTRY_PULL_USERNAME: "puller",
        REGISTRY_PULL_PASSWORD: "pulls",
        REGISTRY_USERNAME: "of-before",
        REGISTRY_PASSWORD: "pushes",
      },
    });
    admin = await server.login();
    pay = await createNamespace(admin, "pay");
    shop = await createNamespace(admin, "shop", {
      registry: { server: "registry.shop.example.com", username: "shop-puller", password: "shop-pulls" },
    });
    server.sandbox.jenkins.addCredentials("registry-pay");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const start = async (appId: string, parameters?: BuildParameterInput[]) => {
    const ref = { kind: "TAG" as const, name: "v1.0.0" };
    return (await admin.ask("start-build", { input: { appId, ref, parameters } })).startBuild.build;
  };
  const logOf = async (id: string): Promise<string> =>
    (await all(admin.follow("build-log", { build: id }))).map(({ text }) => text).join("");

  test.each([
    ["pay", { "registry.sandbox.local": { username: "puller", password: "pulls" } }],
    ["shop", { "registry.shop.example.com": { username: "shop-puller", password: "shop-pulls" } }],
  ])("pods of %s are given what may pull, and nothing else", (namespace, auths) => {
    const secret: Untyped = server.sandbox.kubernetes.object("Secret", namespace, "orrery-registry");
    const config = Buffer.from(secret.data[".dockerconfigjson"], "base64").toString();
    expect(JSON.parse(config)).toMatchObject({ auths });
    expect(Object.keys(JSON.parse(config).auths)).toEqual(Object.keys(auths));
  });

  test("builds push by the credentials of their namespace, and by those of no other", async () => {
    const app = await approvedApp(admin, pay.id, "api");
    const { job } = (await admin.ask("app-manifests", { id: app.id })).app!.manifests;
    expect(job).toContain("<credentialsId>registry-pay</credentialsId>");
    expect(job).toMatch(/\nNAMESPACE=\S*pay\S*\n/);
    const { id } = await start(app.id);
    expect(await logOf(id)).toContain("Masking supported pattern matches of $REGISTRY_USERNAME or $REGISTRY_PASSWORD");
    await eventually(async () => expect((await admin.ask("build", { id })).build!.phase).toBe("SUCCEEDED"));

    const other = await start((await approvedApp(admin, shop.id, "api")).id);
    expect(await logOf(other.id)).toContain("ERROR: Could not find credentials entry with ID 'registry-shop'");
    await eventually(async () => expect((await admin.ask("build", { id: other.id })).build!.phase).toBe("FAILED"));
  });

  test.each(["BUILDKIT_CACHE_MOUNT_NS", "BUILDKIT_SYNTAX", "HTTP_PROXY", "all_proxy"])(
    "a build cannot say %s, by which it would reach what other namespaces build",
    async (name) => {
      const { app } = await admin.ask("app", { namespace: "pay", name: "api" });
      expect(await refusal(start(app!.id, [{ name, value: "a" }]))).toMatchObject({
        code: "INVALID_INPUT",
        fields: [{ path: "input.parameters[0].name", message: expect.stringContaining("steers the builder") }],
      });
    },
  );
});
