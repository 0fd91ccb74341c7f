import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSchema, getVariableValues, parse, type OperationDefinitionNode } from "graphql";
import { readOperations } from "../../src/api/graphiql/graphiql-operations.js";
import { projectFolder } from "../../src/kernel/project-folder.js";
import { TestServer } from "../support/test-server.js";

const operationsFolder = join(projectFolder, "schema/operations");

/** What a document or a script loads: elements' addresses and modules' imports. */
const loads = (text: string): string[] =>
  [...text.matchAll(/(?:\ssrc|\shref|\bfrom\s)=?\s*"([^"]*)"/g)].map(([, address]) => address!);

test("GraphiQL comes whole from the server itself, under a policy that allows nothing else", async () => {
  await using house = await TestServer.open();
  const response = await fetch(`${house.url}/graphiql`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/html");
  const policy = response.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);

  const html = await response.text();
  const waiting = loads(html).map((address) => new URL(address, response.url).href);
  const loaded = new Map<string, string>();
  for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
    if (address.startsWith("data:") || loaded.has(address)) continue;
    expect(new URL(address).origin).toBe(house.url);
    const asset = await fetch(address);
    expect([address, asset.status]).toEqual([address, 200]);
    const text = await asset.text();
    expect(asset.headers.get("content-type")).toMatch(address.endsWith(".css") ? /css/ : /javascript/);
    loaded.set(address, text);
    // Our own part is modules, and they load each other.
    if (address.includes("/graphiql/page/")) waiting.push(...loads(text).map((inner) => new URL(inner, address).href));
  }
  expect([...loaded.keys()].map((address) => basename(address))).toEqual(
    expect.arrayContaining([
      "react.js",
      "react-dom.js",
      "graphiql.js",
      "graphiql.css",
      "graphql-ws.js",
      "main.js",
      "session.js",
    ]),
  );
  const styles = [...loaded].filter(([address]) => address.endsWith(".css")).map(([, text]) => text);
  expect(styles.join("\n")).not.toMatch(/@import|url\(["']?(?!data:|#)/);

  const embedded = /<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(html)![1]!;
  const names = (JSON.parse(embedded) as { name: string }[]).map(({ name }) => name);
  const files = readdirSync(operationsFolder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".graphql"),
  );
  expect(names.toSorted()).toEqual(files.map((file) => basename(file, ".graphql")).toSorted());

  expect((await fetch(`${house.url}/graphiql/unknown.js`)).status).toBe(404);
  expect((await fetch(`${house.url}/graphiql/page/unknown.js`)).status).toBe(404);
  expect((await fetch(`${house.url}/graphiql/page/..%2f..%2fmain.js`)).status).not.toBe(200);
  const root = await fetch(house.url, { redirect: "manual" });
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
