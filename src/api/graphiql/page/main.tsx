import "graphiql/style.css";
import "./page.css";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";
import type { Operation } from "../operation.js";
import { createFetcher } from "./fetcher.js";
import { KnownIds } from "./known-ids.js";
import { LoginBar } from "./login-bar.js";
import { prepareMonaco } from "./monaco-environment.js";
import { operationsMenu } from "./operations-menu.js";
import { Session } from "./session.js";
import { StreamView } from "./stream-view.js";
import { Streams } from "./streams.js";

const data = document.getElementById("operations")!;
const operations = JSON.parse(data.textContent) as readonly Operation[];
prepareMonaco(data.nonce);

const session = new Session((name) => operations.find((operation) => operation.name === name)?.query ?? "");
const ids = new KnownIds();
const streams = new Streams();
const fetcher = createFetcher(session, ids, streams);
const plugins = [HISTORY_PLUGIN, operationsMenu(operations)];
const defaultTabs = operations
  .filter(({ opensAtFirst }) => opensAtFirst)
  .map(({ query, variables }) => ({ query, variables }));

/** The placeholders of the examples have ids from the start. */
const newest = `{
  namespaces(first: 1) { nodes { id } }
  apps(first: 1) { nodes { id namespace { id } lastBuild { id } lastRollout { id } } }
}`;
const learnIds = (): void => {
  if (session.name() !== undefined) void Promise.resolve(fetcher({ query: newest })).catch(() => undefined);
};
session.subscribe(learnIds);
learnIds();

createRoot(document.getElementById("page")!).render(
  <div className="page">
    <LoginBar session={session} />
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={defaultTabs}
      defaultEditorToolsVisibility="variables"
      defaultTheme="light"
    >
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <StreamView streams={streams} />
      </GraphiQL.Footer>
    </GraphiQL>
  </div>,
);
