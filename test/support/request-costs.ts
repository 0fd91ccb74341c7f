import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import pg from "pg";
import { systemClock } from "../../src/kernel/clock.js";

/** What one request made the server do. */
export interface Costs {
  readonly statements: string[];
  /** Requests to upstreams, by their paths. */
  readonly calls: string[];
  /** How often somebody looked at the clock. */
  clock: number;
}

type Statement = string | { readonly text: string };
type Query = (this: pg.Client, first: Statement, ...rest: unknown[]) => unknown;

/**
 * Counts what each request to a server in this process costs. It counts along the chain of calls that the request began,
 * so what the server does by itself meanwhile is not among it.
 */
export class RequestCosts {
  private readonly asking = new AsyncLocalStorage<Costs>();
  /** Of every request, in the order in which they came. */
  readonly all: Costs[] = [];
  private readonly now = systemClock.now.bind(systemClock);
  private readonly query: Query = Reflect.get(pg.Client.prototype, "query");

  constructor(private readonly port: number) {
    const { asking, query } = this;
    Reflect.set(pg.Client.prototype, "query", function (this: pg.Client, first: Statement, ...rest: unknown[]) {
      asking.getStore()?.statements.push(typeof first === "string" ? first : first.text);
      return query.call(this, first, ...rest);
    });
    const { now } = this;
    systemClock.now = () => {
      const asked = asking.getStore();
      if (asked) asked.clock++;
      return now();
    };
    subscribe("http.server.request.start", this.begin);
    subscribe("undici:request:create", this.call);
  }

  /** What the newest request has cost until now. */
  get last(): Costs {
    return this.all.at(-1)!;
  }

  private readonly begin = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    if (request.socket.localPort !== this.port) return;
    this.all.push({ statements: [], calls: [], clock: 0 });
    this.asking.enterWith(this.last);
  };

  private readonly call = (message: unknown): void => {
    const { request } = message as { readonly request: { readonly method: string; readonly path: string } };
    this.asking.getStore()?.calls.push(`${request.method} ${request.path}`);
  };

  [Symbol.dispose](): void {
    Reflect.set(pg.Client.prototype, "query", this.query);
    systemClock.now = this.now;
    unsubscribe("http.server.request.start", this.begin);
    unsubscribe("undici:request:create", this.call);
  }
}
