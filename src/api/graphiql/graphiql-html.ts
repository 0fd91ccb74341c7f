import type { Operation } from "./operation.js";

/** The page itself: no inline script; the operations are data in it. */
export function graphiqlHtml(operations: readonly Operation[], nonce: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Orrery · GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/graphiql/page/page.css">
  </head>
  <body>
    <div id="page">Loading GraphiQL …</div>
    <script type="application/json" id="operations" nonce="${nonce}">${embeddable(operations)}</script>
    <script type="module" src="/graphiql/page/page.js"></script>
  </body>
</html>
`;
}

/** JSON whose text cannot end the surrounding element or begin another. */
function embeddable(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
