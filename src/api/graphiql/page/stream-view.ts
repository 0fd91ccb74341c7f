import { browser, element, type PageElement, type Rendered } from "./browser.js";
import type { Streams } from "./streams.js";

const { useEffect, useRef, useSyncExternalStore } = browser.React;

/** Below the newest event: all that the tab's subscription brought, readable. */
export function StreamView({ streams }: { readonly streams: Streams }): Rendered {
  const { tabs, activeTabIndex } = browser.GraphiQL.React.useEditorContext();
  const operation = tabs[activeTabIndex]?.operationName ?? "";
  const stream = useSyncExternalStore(streams.subscribe, () => streams.of(operation));
  const end = useRef<PageElement | null>(null);
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [stream]);
  if (!stream) return null;
  const { count, state, text, lines } = stream;
  return element(
    "section",
    { className: "stream", "aria-label": "Events" },
    element(
      "h2",
      null,
      text === "" ? "Events" : "Console",
      element("span", { className: `stream-state stream-${state}` }, state),
      element("span", { className: "stream-count" }, `${count} ${count === 1 ? "event" : "events"}`),
    ),
    text === ""
      ? element(
          "ol",
          { ref: end },
          lines.map(({ number, afterSeconds, line }) =>
            element(
              "li",
              { key: number },
              element("span", { className: "stream-time" }, `+${afterSeconds}s`),
              element("span", null, line),
            ),
          ),
        )
      : element("pre", { ref: end }, text),
  );
}
