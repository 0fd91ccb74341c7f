import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from "@graphiql/react";
import type { Operation } from "../operation.js";

/** GraphiQL's plugin that lists every named operation and opens it in a tab. */
export function operationsMenu(operations: readonly Operation[]): GraphiQLPlugin {
  const folders = Map.groupBy(operations, ({ folder }) => folder);
  const Menu = () => {
    const { tabs, queryEditor, variableEditor } = useGraphiQL((state) => state);
    const actions = useGraphiQLActions();
    const open = (operation: Operation): void => {
      const index = tabs.findIndex(({ title }) => title === titleOf(operation));
      if (index >= 0) return actions.changeTab(index);
      actions.stop();
      actions.addTab();
      queryEditor?.setValue(operation.query);
      variableEditor?.setValue(operation.variables);
    };
    return (
      <div className="operations">
        <h2>Operations</h2>
        {[...folders.keys()].sort().map((folder) => (
          <section key={folder}>
            <h3>{folder}</h3>
            {folders.get(folder)!.map((operation) => (
              <button key={operation.name} type="button" onClick={() => open(operation)}>
                {titleOf(operation)}
                <small>{kindOf(operation)}</small>
              </button>
            ))}
          </section>
        ))}
      </div>
    );
  };
  return { title: "Operations", icon: Icon, content: Menu };
}

/** The name inside the document, which is its tab's title. */
const titleOf = ({ name, query }: Operation): string =>
  /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? name;

const kindOf = ({ query }: Operation): string => /^(?:query|mutation|subscription)/m.exec(query)?.[0] ?? "";

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.5}>
    <path d="M4 6h16M4 12h16M4 18h10" />
  </svg>
);
