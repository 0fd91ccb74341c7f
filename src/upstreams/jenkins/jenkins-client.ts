import http from "node:http";
import https from "node:https";
import Jenkins from "jenkins";

/** What the npm package `jenkins` 1.1.0 offers of what we use; its published types lack the options. */
export interface JenkinsClient {
  readonly job: {
    build(request: { name: string; parameters: Readonly<Record<string, string>>; delay: string }): Promise<unknown>;
    config(name: string, xml?: string): Promise<unknown>;
    create(name: string, xml: string): Promise<unknown>;
    destroy(name: string): Promise<unknown>;
    get(name: string, options: { tree: string }): Promise<unknown>;
  };
  readonly build: {
    get(name: string, number: number, options: { tree: string }): Promise<unknown>;
    stop(name: string, number: number): Promise<unknown>;
  };
  readonly queue: {
    list(options: { tree: string }): Promise<unknown>;
    item(id: number, options: { tree: string }): Promise<unknown>;
  };
}

export interface ClientOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Hears the socket's own error; what the package throws may have lost its code. */
  readonly onSocketError: (error: Error) => void;
}

/** The answer that the package puts on an error; `notFound` when it has swallowed a 404. */
export interface ClientFailure {
  readonly notFound?: boolean;
  readonly res?: { readonly statusCode: number; readonly headers: http.IncomingHttpHeaders; readonly body?: unknown };
}

interface ClientRequest {
  transport: { request(options: http.RequestOptions): http.ClientRequest };
}
interface Extensible {
  _ext(event: "onRequest", extension: (request: ClientRequest, next: () => void) => void): void;
}

/**
 * A client whose requests end when the signal aborts or the connection breaks. The package itself can do neither: an answer
 * that breaks off in its middle leaves it waiting for ever. Made anew for each call, which is cheap.
 *
 * The extension point `_ext` is documented by papi 1.1.2, which `jenkins` stands on; that `transport` may be replaced is not.
 */
export function jenkinsClient({ url, headers, onSocketError }: ClientOptions, signal: AbortSignal): JenkinsClient {
  const client = new Jenkins({ baseUrl: url, crumbIssuer: false, headers }) as unknown as JenkinsClient & Extensible;
  client._ext("onRequest", (request, next) => {
    const { request: send } = url.startsWith("https:") ? https : http;
    request.transport = {
      request: (options) => {
        const sent = send({ ...options, signal });
        const broken = Object.assign(new Error("The answer broke off."), { code: "ECONNRESET" });
        sent.once("error", onSocketError);
        // After a whole answer this error has no effect.
        return sent.once("close", () => sent.emit("error", broken));
      },
    };
    next();
  });
  return client;
}
