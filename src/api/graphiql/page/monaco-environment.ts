import { applyDeferredStyles, deferStyles } from "./deferred-styles.js";

type CreateHtml = (html: string, ...more: unknown[]) => string;

/**
 * Lets Monaco run under a Content-Security-Policy that takes scripts from the server alone, and no inline styles but
 * those with the nonce. Seen in monaco-editor 0.52.2: it knows no nonce, and writes its lines as HTML with `style`.
 */
export function prepareMonaco(nonce: string): void {
  giveNonceToStyles(nonce);
  applyDeferredStyles();
  const environment = {
    getWorker: (_id: string, label: string) => new Worker(`/graphiql/page/${label}.js`, { type: "module" }),
    createTrustedTypesPolicy: (name: string, options?: { readonly createHTML?: CreateHtml }) => ({
      ...options,
      name,
      createHTML: (html: string, ...more: unknown[]) => deferStyles(options?.createHTML?.(html, ...more) ?? html),
    }),
  };
  Object.assign(globalThis, { MonacoEnvironment: environment });
}

/** Every style sheet that a script of the page adds is the page's own. */
function giveNonceToStyles(nonce: string): void {
  const createElement = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const created = createElement(name, options);
    if (created instanceof HTMLStyleElement) created.nonce = nonce;
    return created;
  };
}
