import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import express, { Router } from "express";

const modules = createRequire(import.meta.url);

/** The scripts and styles of the page, from our own dependencies: nothing is fetched from elsewhere. */
const assets: Readonly<Record<string, string>> = {
  "react.js": "react/umd/react.production.min.js",
  "react-dom.js": "react-dom/umd/react-dom.production.min.js",
  "graphiql.js": "graphiql/graphiql.min.js",
  "graphiql.css": "graphiql/graphiql.min.css",
  "graphql-ws.js": "graphql-ws/umd/graphql-ws.min.js",
};

/** GraphiQL under `/graphiql`, with the named operations as tabs. */
export function graphiql(operationsFolder: string): Router {
  const router = Router();
  router.get("/", (_request, response) => response.redirect("/graphiql"));
  router.get("/graphiql", (_request, response) => {
    response.type("html").send(page(readOperations(operationsFolder)));
  });
  for (const [name, path] of Object.entries(assets)) {
    router.use(
      `/graphiql/${name}`,
      express.static(resolveAsset(path), { index: false, immutable: true, maxAge: "1d" }),
    );
  }
  return router;
}

/** Asked of the folders, because not every package exports its scripts. */
function resolveAsset(path: string): string {
  const file = modules.resolve
    .paths(path)
    ?.map((folder) => join(folder, path))
    .find(existsSync);
  if (file === undefined) throw new Error(`${path} is not installed`);
  return file;
}

/** Every named operation, in the order of its folder and file. */
export function readOperations(folder: string): { readonly name: string; readonly query: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".graphql"))
    .sort()
    .map((file) => ({ name: basename(file, ".graphql"), query: readFileSync(join(folder, file), "utf8") }));
}

const page = (operations: readonly { name: string; query: string }[]): string =>
  `<!doctype html><title>Orrery</title><pre>${operations.length}</pre>`;
