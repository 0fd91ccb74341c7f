/** A WebSocket as far as we use it. */
export interface OpenSocket {
  send(message: string): void;
}

/** What this page uses of the browser and of the scripts loaded before it; TypeScript's `dom` would bring it to the server's code too. */
interface Browser {
  readonly document: { getElementById(id: string): PageElement };
  readonly location: { readonly origin: string };
  readonly sessionStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  readonly React: {
    readonly createElement: (type: unknown, props?: object | null, ...children: unknown[]) => Rendered;
    readonly useState: <T>(first: T) => [T, (next: T) => void];
    readonly useEffect: (effect: () => void | (() => void), dependencies?: readonly unknown[]) => void;
    readonly useRef: <T>(first: T) => { current: T };
    readonly useSyncExternalStore: <T>(subscribe: (changed: () => void) => () => void, read: () => T) => T;
  };
  readonly ReactDOM: { createRoot(element: PageElement): { render(content: Rendered): void } };
  readonly GraphiQL: {
    readonly Logo: unknown;
    readonly Footer: unknown;
    readonly React: { useEditorContext(): Editors };
    readonly GraphQL: {
      readonly parse: (document: string) => {
        readonly definitions: readonly { readonly operation?: string; readonly name?: { readonly value: string } }[];
      };
    };
  };
  readonly graphqlWs: {
    createClient(options: {
      url: string;
      retryAttempts: number;
      connectionParams: () => Promise<Record<string, unknown>>;
      on: { opened: (socket: OpenSocket) => void; closed: () => void };
    }): {
      subscribe(request: GraphQLRequest, sink: Observer): () => void;
    };
  };
  /** Read by GraphiQL's dialogs for the style sheet that they add. */
  __webpack_nonce__: string | undefined;
}

export interface PageElement {
  readonly textContent: string;
  readonly nonce: string;
  readonly scrollHeight: number;
  scrollTop: number;
}

/** What a component gives. */
export type Rendered = { readonly __rendered: never } | null;

/** GraphiQL's tabs and editors. */
export interface Editors {
  readonly tabs: readonly { readonly title: string; readonly operationName: string | null }[];
  readonly activeTabIndex: number;
  readonly addTab: () => void;
  readonly changeTab: (index: number) => void;
  readonly queryEditor: { setValue(text: string): void } | null;
  readonly variableEditor: { setValue(text: string): void } | null;
}

export interface GraphQLRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown>;
}

export interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

export interface Observer {
  next(answer: GraphQLAnswer): void;
  error(cause: unknown): void;
  complete(): void;
}

/** The browser's own objects, and what the scripts before this one left there. */
export const browser = globalThis as unknown as Browser;

export const element = (...parts: Parameters<Browser["React"]["createElement"]>): Rendered =>
  browser.React.createElement(...parts);
