// Makes the page's files out of its own code and its dependencies: `npm run build` writes them into dist/.
import { createRequire } from "node:module";
import { build } from "esbuild";

/** GraphiQL's own dependencies, in the versions that it asks for. */
const graphiql = createRequire(import.meta.resolve("@graphiql/react"));

await build({
  entryPoints: {
    page: "src/api/graphiql/page/main.tsx",
    // Monaco's workers, by the labels with which it asks for them.
    editorWorkerService: graphiql.resolve("monaco-editor/esm/vs/editor/editor.worker.js"),
    graphql: graphiql.resolve("monaco-graphql/esm/graphql.worker.js"),
    json: graphiql.resolve("monaco-editor/esm/vs/language/json/json.worker.js"),
  },
  outdir: "dist/api/graphiql/page",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  // The editor's icons: the page's policy takes fonts from styles alone.
  loader: { ".ttf": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "warning",
});
