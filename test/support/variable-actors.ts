import { expect } from "@jest/globals";
import type { OrreryClient, Untyped } from "../../src/demo/orrery-client.js";
import { eventually } from "./eventually.js";
import { approvedApp, createNamespace, type TestServer } from "./test-server.js";

/** Two namespaces with an app each, one of which is released, and what administrators and teams do with variables there. */
export async function openVariables(server: TestServer) {
  const admin = await server.login();
  const [shop, elsewhere] = await Promise.all([createNamespace(admin, "shop"), createNamespace(admin, "elsewhere")]);
  const developer = await server.member(admin, "DEVELOPER", shop.id);
  const otherTenant = await server.member(admin, "DEVELOPER", elsewhere.id);
  const web = await approvedApp(admin, shop.id, "web");
  const other = await approvedApp(admin, elsewhere.id, "other");
  const { templateKinds } = await admin.ask("template-kinds");
  const seeds: Readonly<Record<string, string>> = Object.fromEntries(
    templateKinds.map(({ kind, seed }) => [kind, seed]),
  );
  await developer.ask("start-build", { input: { appId: web.id, ref: { kind: "TAG", name: "v1.0.0" } } });
  await eventually(async () => {
    const { app } = await developer.ask("app", { id: web.id });
    expect(app!.lastRollout).toMatchObject({ phase: "SUCCEEDED" });
  });

  const change = async (operation: string, input: object, asked = admin) => {
    const payload = Object.values(await asked.askUntyped(operation, { input }))[0] as Untyped;
    return payload.variable ?? payload.template;
  };
  const declare = (name: string, type: string, more: object = {}) =>
    change("declare-variable", { name, type, description: `What ${name} is.`, ...more });
  const set = (variable: Untyped, value: unknown, place: object = {}, asked = admin) =>
    change("set-variable", { variableId: variable.id, value, ...place }, asked);
  const unset = (variable: Untyped, place: object = {}, asked = admin) =>
    change("unset-variable", { variableId: variable.id, ...place }, asked);
  const heldBy = async (app: Untyped, name: string) => {
    const asked = await admin.ask("app-variables", { id: app.id });
    return asked.app!.variables.find(({ variable }) => variable.name === name);
  };
  const pending = async (app: Untyped) => (await admin.ask("pending-changes", { id: app.id })).app!.pendingChanges;
  const annotated = (line: string): string =>
    seeds["DEPLOYMENT"]!.replace("  annotations:\n", `  annotations:\n    ${line}\n`);
  const annotationsOf = async (app: Untyped) => {
    const document = `query ($id: ID!) { app(id: $id) { manifests { objects { kind object } } } }`;
    const { objects } = (await admin.ask(document, { id: app.id })).app!.manifests;
    return objects.find(({ kind }) => kind === "Deployment")!.object.metadata.annotations;
  };
  /** The names of the variables that the client may see. */
  const namesSeenBy = async (asked: OrreryClient): Promise<string[]> =>
    (await asked.ask("variables", { first: 100 })).variables.nodes.map(({ name }) => name);

  return {
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
  };
}
