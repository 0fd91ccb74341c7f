import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { UpstreamUnavailable } from "../../kernel/errors.js";
import type { CallTerms, UpstreamCalls } from "../upstream-call.js";
import { type ClientFailure, type JenkinsClient, jenkinsClient } from "./jenkins-client.js";
import { type JenkinsResponse, nonsense, refusal, wantsCrumb } from "./jenkins-refusal.js";

/** The platform's account at Jenkins. An API token needs no crumb; with a password every POST has one. */
export type JenkinsCredentials =
  { readonly user: string; readonly token: string } | { readonly user: string; readonly password: string };

/** Requests to Jenkins: authentication, crumbs, timeouts, and the errors of unsuccessful responses. */
export class JenkinsWire {
  private readonly url: string;
  private readonly needsCrumb: boolean;
  private readonly authorization: string;
  private crumb: Readonly<Record<string, string>> | undefined;

  constructor(
    url: string,
    credentials: JenkinsCredentials,
    private readonly calls: UpstreamCalls,
  ) {
    this.url = url.replace(/\/+$/, "");
    this.needsCrumb = "password" in credentials;
    const secret = "password" in credentials ? credentials.password : credentials.token;
    this.authorization = `Basic ${Buffer.from(`${credentials.user}:${secret}`).toString("base64")}`;
  }

  /** A request through the npm client. Throws `refusal` for an unsuccessful response. */
  ask<T>(
    what: string,
    terms: CallTerms & { readonly crashIsRefusal?: boolean },
    signal: AbortSignal,
    request: (client: JenkinsClient) => Promise<T>,
  ): Promise<T> {
    return this.calls.call(what, terms, signal, (signal) =>
      this.withCrumb(async (crumb) => {
        let socketError: Error | undefined;
        const headers = { authorization: this.authorization, ...crumb };
        const onSocketError = (error: Error) => (socketError = error);
        try {
          return await request(jenkinsClient({ url: this.url, headers, onSocketError }, signal));
        } catch (error) {
          const answer = answerOf(error as ClientFailure);
          if (terms.crashIsRefusal === true && answer?.status === 500)
            throw new Refused(what, { ...answer, status: 400 });
          throw new Refused(what, answer, socketError ?? error);
        }
      }, signal),
    );
  }

  /**
   * A POST that the npm client does not support correctly. Resolves with the status; `fine` are the statuses that are
   * no refusal.
   */
  post(what: string, path: string, fine: readonly number[], signal: AbortSignal): Promise<number> {
    return this.calls.call(what, { idempotent: true }, signal, (signal) =>
      this.withCrumb(async (crumb) => {
        const headers = { authorization: this.authorization, ...crumb };
        // The redirect is the response; following it would only fetch a page.
        const response = await fetch(`${this.url}/${path}`, { method: "POST", redirect: "manual", headers, signal });
        const body = await response.text();
        if (response.ok || fine.includes(response.status)) return response.status;
        throw new Refused(what, { status: response.status, body, header: headerOf(response.headers) });
      }, signal),
    );
  }

  /**
   * Begins a GET whose body may be long and is read by the caller: it ends with the signal, or after `silenceMs`
   * without data.
   */
  async stream(
    what: string,
    path: string,
    { silenceMs }: { readonly silenceMs: number },
    signal: AbortSignal,
  ): Promise<{ readonly header: (name: string) => string | undefined; readonly body: AsyncIterable<Uint8Array> }> {
    return this.calls.call(what, { idempotent: true }, signal, async (attempt) => {
      // The signal of the attempt ends with the call, but the body is read after that.
      const reading = new AbortController();
      const giveUp = () => reading.abort(attempt.reason);
      attempt.addEventListener("abort", giveUp, { once: true });
      try {
        const response = await this.begin(path, AbortSignal.any([signal, reading.signal]));
        const status = response.statusCode!;
        const header = (name: string) => oneOf(response.headers[name]);
        if (status < 200 || status > 299) throw refusal(what, { status, body: await text(response), header });
        return { header, body: unlessSilent(response, silenceMs, reading, signal) };
      } finally {
        attempt.removeEventListener("abort", giveUp);
      }
    });
  }

  /** Not with fetch, which copies every chunk of a body: consoles are long. */
  private begin(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { get } = this.url.startsWith("https:") ? https : http;
    const headers = { authorization: this.authorization };
    return new Promise((resolve, reject) => {
      get(`${this.url}/${path}`, { headers, signal }, resolve).on("error", reject);
    });
  }

  /** A crumb expires with its session, at the latest when Jenkins restarts; a refused one is fetched again once. */
  private async withCrumb<T>(
    send: (crumb: Readonly<Record<string, string>>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    try {
      return await send(await this.freshCrumb(signal));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!this.needsCrumb || !error.answer || !wantsCrumb(error.answer)) throw error.translated();
    }
    this.crumb = undefined;
    try {
      return await send(await this.freshCrumb(signal));
    } catch (error) {
      throw error instanceof Refused ? error.translated() : error;
    }
  }

  private async freshCrumb(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    if (!this.needsCrumb) return {};
    if (this.crumb) return this.crumb;
    const headers = { authorization: this.authorization };
    const response = await fetch(`${this.url}/crumbIssuer/api/json`, { redirect: "manual", headers, signal });
    const body = await response.text();
    // No issuer: this Jenkins needs no crumbs.
    if (response.status === 404) return (this.crumb = {});
    if (!response.ok)
      throw refusal("issue a crumb", { status: response.status, body, header: headerOf(response.headers) });
    try {
      const { crumb, crumbRequestField } = JSON.parse(body) as { crumb: string; crumbRequestField: string };
      const cookie = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]!);
      return (this.crumb = { [crumbRequestField]: crumb, ...(cookie.length > 0 && { cookie: cookie.join("; ") }) });
    } catch {
      throw nonsense("issue a crumb");
    }
  }
}

/** An unsuccessful response before it becomes an error: a refused crumb is retried. */
class Refused extends Error {
  constructor(
    private readonly what: string,
    readonly answer: JenkinsResponse | undefined,
    cause?: unknown,
  ) {
    super(what, { cause });
  }

  translated(): unknown {
    return this.answer ? refusal(this.what, this.answer) : this.cause;
  }
}

const oneOf = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(", ") : value);

const headerOf = (headers: Headers) => (name: string) => headers.get(name) ?? undefined;

/** The response in an error of the npm client; undefined when there was none. */
function answerOf({ notFound, res }: ClientFailure): JenkinsResponse | undefined {
  if (notFound === true) return { status: 404, header: () => undefined, body: "" };
  if (!res) return undefined;
  const header = (name: string) => oneOf(res.headers[name]);
  const body = typeof res.body === "string" || Buffer.isBuffer(res.body) ? res.body.toString() : "";
  return { status: res.statusCode, header, body };
}

async function* unlessSilent(
  body: AsyncIterable<Uint8Array>,
  silenceMs: number,
  reading: AbortController,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const silent = new UpstreamUnavailable("jenkins", `Jenkins fell silent in the middle of an answer.`);
  let timer = setTimeout(() => reading.abort(silent), silenceMs);
  try {
    for await (const piece of body) {
      clearTimeout(timer);
      yield piece;
      timer = setTimeout(() => reading.abort(silent), silenceMs);
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (reading.signal.aborted) throw silent;
    throw new UpstreamUnavailable("jenkins", "Jenkins broke the connection off.", { cause });
  } finally {
    clearTimeout(timer);
  }
}
