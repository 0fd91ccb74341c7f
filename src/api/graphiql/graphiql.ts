import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import express, { Router } from "express";
import { projectFolder } from "../../kernel/project-folder.js";
import { graphiqlHtml } from "./graphiql-html.js";
import { readOperations } from "./graphiql-operations.js";
import { graphiqlStyles } from "./graphiql-styles.js";

const modules = createRequire(import.meta.url);

/** The scripts and styles of the page, from our own dependencies: nothing is fetched from elsewhere. */
const dependencies: Readonly<Record<string, string>> = {
  "react.js": "react/umd/react.production.min.js",
  "react-dom.js": "react-dom/umd/react-dom.production.min.js",
  "graphiql.js": "graphiql/graphiql.min.js",
  "graphiql.css": "graphiql/graphiql.min.css",
  "graphql-ws.js": "graphql-ws/umd/graphql-ws.min.js",
};

/** Our own part of the page as the compiler left it; browsers get it module by module. */
const pageFolder = join(projectFolder, "dist/api/graphiql/page");

/** GraphiQL under `/graphiql`, with the named operations of a folder as its examples. */
export function graphiql(operationsFolder: string): Router {
  const operations = readOperations(operationsFolder);
  const router = Router();
  router.get("/", (_request, response) => response.redirect("/graphiql"));
  router.get("/graphiql", (_request, response) => {
    const nonce = randomBytes(16).toString("base64");
    response
      .type("html")
      .set({
        "content-security-policy": contentSecurityPolicy(nonce),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      })
      .send(graphiqlHtml(operations, nonce));
  });
  for (const [name, path] of Object.entries(dependencies)) {
    router.use(`/graphiql/${name}`, express.static(resolveFile(path), { index: false }));
  }
  router.get("/graphiql/page.css", (_request, response) => response.type("css").send(graphiqlStyles));
  router.use("/graphiql/page", express.static(pageFolder, { index: false }));
  return router;
}

/** No script but our own files. The nonce is for the one style sheet that GraphiQL's dialogs add by themselves. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Asked of the folders, because not every package exports its scripts. */
function resolveFile(path: string): string {
  const file = modules.resolve
    .paths(path)
    ?.map((folder) => join(folder, path))
    .find(existsSync);
  if (file === undefined) throw new Error(`${path} is not installed`);
  return file;
}
