import { browser, element, type Rendered } from "./browser.js";
import { makeFetcher } from "./fetcher.js";
import { KnownIds } from "./known-ids.js";
import { LoginBar } from "./login-bar.js";
import type { Operation } from "./operation.js";
import { operationsMenu } from "./operations-menu.js";
import { Session } from "./session.js";
import { StreamView } from "./stream-view.js";
import { Streams } from "./streams.js";

const data = browser.document.getElementById("operations");
const operations = JSON.parse(data.textContent) as readonly Operation[];
browser.__webpack_nonce__ = data.nonce;

const session = new Session((name) => operations.find((operation) => operation.name === name)?.query ?? "");
const ids = new KnownIds();
const streams = new Streams();
const fetcher = makeFetcher(session, ids, streams);
const plugins = [operationsMenu(operations)];
const defaultTabs = operations
  .filter(({ opensAtFirst }) => opensAtFirst)
  .map(({ query, variables }) => ({ query, variables }));

/** What the examples stand for is known from the start. */
const newest = `{
  namespaces(first: 1) { nodes { id } }
  apps(first: 1) { nodes { id namespace { id } lastBuild { id } lastRollout { id } } }
}`;
const learn = (): void => {
  if (session.name() !== undefined) void Promise.resolve(fetcher({ query: newest })).catch(() => undefined);
};
session.subscribe(learn);
learn();

function Page(): Rendered {
  return element(
    "div",
    { className: "page" },
    element(LoginBar, { session }),
    element(
      browser.GraphiQL,
      { fetcher, plugins, defaultTabs, defaultEditorToolsVisibility: "variables", defaultTheme: "light" },
      element(browser.GraphiQL.Logo, null, element("span", null)),
      element(browser.GraphiQL.Footer, null, element(StreamView, { streams })),
    ),
  );
}

browser.ReactDOM.createRoot(browser.document.getElementById("page")).render(element(Page));
