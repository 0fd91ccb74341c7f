import { useGraphiQL } from "@graphiql/react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { Streams } from "./streams.js";

/** All events of the tab's subscription, as text, below the newest one. */
export function StreamView({ streams }: { readonly streams: Streams }) {
  const operation = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.operationName ?? "");
  const stream = useSyncExternalStore(streams.subscribe, () => streams.of(operation));
  const list = useRef<HTMLOListElement>(null);
  const text = useRef<HTMLPreElement>(null);
  useEffect(() => {
    for (const { current } of [list, text]) current?.scrollTo(0, current.scrollHeight);
  }, [stream]);
  if (!stream) return null;
  return (
    <section className="stream" aria-label="Events">
      <h2>
        {stream.text === "" ? "Events" : "Console"}
        <span className={`stream-state stream-${stream.state}`}>{stream.state}</span>
        <span className="stream-count">
          {stream.count} {stream.count === 1 ? "event" : "events"}
        </span>
      </h2>
      {stream.text === "" ? (
        <ol ref={list}>
          {stream.lines.map(({ number, afterSeconds, line }) => (
            <li key={number}>
              <span className="stream-time">+{afterSeconds}s</span>
              <span>{line}</span>
            </li>
          ))}
        </ol>
      ) : (
        <pre ref={text}>{stream.text}</pre>
      )}
    </section>
  );
}
