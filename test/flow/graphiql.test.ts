import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSchema, getVariableValues, parse, type OperationDefinitionNode } from "graphql";
import { readOperations } from "../../src/api/graphiql/graphiql-operations.js";
import { projectFolder } from "../../src/kernel/project-folder.js";
import { TestServer } from "../support/test-server.js";

const operationsFolder = join(projectFolder, "schema/operations");

/** What a document loads: the addresses in its elements. */
const loads = (html: string): string[] =>
  [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);

/** Monaco's workers, which the page's script loads. */
const workers = ["editorWorkerService.js", "graphql.js", "json.js"].map((file) => `/graphiql/page/${file}`);

test("GraphiQL comes whole from the server itself, under a policy that allows nothing else", async () => {
  await using server = await TestServer.open();
  const response = await fetch(`${server.url}/graphiql`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/html");
  const policy = response.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);

  const html = await response.text();
  const loaded = new Map<string, string>();
  for (const address of [...loads(html), ...workers]) {
    if (address.startsWith("data:")) continue;
    const { origin, href } = new URL(address, response.url);
    expect(origin).toBe(server.url);
    const asset = await fetch(href);
    expect([address, asset.status]).toEqual([address, 200]);
    expect(asset.headers.get("content-type")).toMatch(address.endsWith(".css") ? /css/ : /javascript/);
    loaded.set(address, await asset.text());
  }
  expect([...loaded.keys()].map((address) => basename(address)).sort()).toEqual(
    ["page.css", "page.js", ...workers.map((address) => basename(address))].sort(),
  );
  // The bundler leaves no import of another file, and the page's script asks for the workers at these addresses.
  expect(loaded.get("/graphiql/page/page.js")).toContain("/graphiql/page/${");
  const styles = [...loaded].filter(([address]) => address.endsWith(".css")).map(([, text]) => text);
  expect(styles.join("\n")).not.toMatch(/@import|url\(["']?(?!data:|#)/);

  const embedded = /<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(html)![1]!;
  const names = (JSON.parse(embedded) as { name: string }[]).map(({ name }) => name);
  const files = readdirSync(operationsFolder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".graphql"),
  );
  expect(names.toSorted()).toEqual(files.map((file) => basename(file, ".graphql")).toSorted());

  expect((await fetch(`${server.url}/graphiql/unknown.js`)).status).toBe(404);
  expect((await fetch(`${server.url}/graphiql/page/unknown.js`)).status).toBe(404);
  expect((await fetch(`${server.url}/graphiql/page/..%2f..%2fmain.js`)).status).not.toBe(200);
  const root = await fetch(server.url, { redirect: "manual" });
  expect(root.headers.get("location")).toBe("/graphiql");
});

test("every example is what its operation takes", () => {
  const schema = buildSchema(readFileSync(join(projectFolder, "schema/schema.graphql"), "utf8"));
  for (const { name, query, variables } of readOperations(operationsFolder)) {
    if (variables === "") continue;
    const given = JSON.parse(variables) as Record<string, unknown>;
    const { variableDefinitions = [] } = parse(query).definitions[0] as OperationDefinitionNode;
    const { errors } = getVariableValues(schema, variableDefinitions, given);
    expect([name, errors]).toEqual([name, undefined]);
    const declared = variableDefinitions.map(({ variable }) => variable.name.value);
    expect([name, declared]).toEqual([name, expect.arrayContaining(Object.keys(given))]);
  }
});
