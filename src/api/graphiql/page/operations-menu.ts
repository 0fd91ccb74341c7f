import { browser, element, type Rendered } from "./browser.js";
import type { Operation } from "./operation.js";

const { useEffect, useRef } = browser.React;

/** GraphiQL's plugin that lists every named operation and opens it in a tab. */
export function operationsMenu(operations: readonly Operation[]) {
  const words = [...new Set(operations.map(({ word }) => word))].sort();
  const Menu = (): Rendered => {
    const { tabs, addTab, changeTab, queryEditor, variableEditor } = browser.GraphiQL.React.useEditorContext();
    const awaited = useRef<Operation | undefined>(undefined);
    useEffect(() => {
      // GraphiQL empties the editors of a new tab; only then can they be filled.
      if (!awaited.current) return;
      queryEditor?.setValue(awaited.current.query);
      variableEditor?.setValue(awaited.current.variables);
      awaited.current = undefined;
    }, [tabs.length]);
    const open = (operation: Operation): void => {
      const place = tabs.findIndex(({ title }) => title === titleOf(operation));
      if (place >= 0) return changeTab(place);
      awaited.current = operation;
      addTab();
    };
    return element(
      "div",
      { className: "operations" },
      element("h2", null, "Operations"),
      words.map((word) =>
        element(
          "section",
          { key: word },
          element("h3", null, word),
          operations
            .filter((operation) => operation.word === word)
            .map((operation) =>
              element(
                "button",
                { key: operation.name, type: "button", onClick: () => open(operation) },
                titleOf(operation),
                element("small", null, kindOf(operation)),
              ),
            ),
        ),
      ),
    );
  };
  return { title: "Operations", icon: Icon, content: Menu };
}

/** The name inside the document, which is its tab's title. */
const titleOf = ({ name, query }: Operation): string =>
  /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? name;

const kindOf = ({ query }: Operation): string => /^(?:query|mutation|subscription)/m.exec(query)?.[0] ?? "";

const Icon = (): Rendered =>
  element(
    "svg",
    { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", strokeWidth: 1.5 },
    element("path", { d: "M4 6h16M4 12h16M4 18h10" }),
  );
