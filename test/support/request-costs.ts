import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import pg from "pg";

/** What one request made the server do. */
export interface Costs {
  readonly statements: string[];
  /** Requests to upstreams, by their paths. */
  readonly calls: string[];
}

type Statement = string | { readonly text: string };
type Query = (this: pg.Client, first: Statement, ...rest: unknown[]) => unknown;

/**
 * Counts what each request to a server in this process costs. It counts along the chain of calls that the request began,
 * so what the server does by itself meanwhile is not among it.
 */
export class RequestCosts {
  private readonly asking = new AsyncLocalStorage<Costs>();
  private newest: Costs = { statements: [], calls: [] };
  private readonly query: Query = Reflect.get(pg.Client.prototype, "query");

  constructor(private readonly port: number) {
    const { asking, query } = this;
    Reflect.set(pg.Client.prototype, "query", function (this: pg.Client, first: Statement, ...rest: unknown[]) {
      asking.getStore()?.statements.push(typeof first === "string" ? first : first.text);
      return query.call(this, first, ...rest);
    });
    subscribe("http.server.request.start", this.begin);
    subscribe("undici:request:create", this.call);
  }

  /** What the last request that was begun has cost until now. */
  get last(): Costs {
    return this.newest;
  }

  private readonly begin = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    if (request.socket.localPort !== this.port) return;
    this.newest = { statements: [], calls: [] };
    this.asking.enterWith(this.newest);
  };

  private readonly call = (message: unknown): void => {
    const { request } = message as { readonly request: { readonly method: string; readonly path: string } };
    this.asking.getStore()?.calls.push(`${request.method} ${request.path}`);
  };

  [Symbol.dispose](): void {
    Reflect.set(pg.Client.prototype, "query", this.query);
    unsubscribe("http.server.request.start", this.begin);
    unsubscribe("undici:request:create", this.call);
  }
}
