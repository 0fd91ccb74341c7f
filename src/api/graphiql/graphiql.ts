import { join } from "node:path";
import { randomBytes } from "node:crypto";
import express, { Router } from "express";
import { projectFolder } from "../../kernel/project-folder.js";
import { graphiqlHtml } from "./graphiql-html.js";
import { readOperations } from "./graphiql-operations.js";

/** The page's script, its style and Monaco's workers, as bundle-page.mjs wrote them: nothing is fetched from elsewhere. */
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
  router.use("/graphiql/page", express.static(pageFolder, { index: false }));
  return router;
}

/** No script but our own files. The nonce is for the style sheets that the page's scripts add: the editor's and the dialogs'. */
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
