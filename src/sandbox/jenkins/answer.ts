import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** The response of a route. A body of chunks is produced while it is sent, never held whole. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer | Iterable<Buffer>;
}

/** Ends a route early with its response. */
export class Refused extends Error {
  constructor(readonly answer: Answer) {
    super(`answered ${answer.status}`);
  }
}

/** Writes the response; a client that disconnects is no error. */
export async function send(answer: Answer, response: ServerResponse): Promise<void> {
  const { body = "" } = answer;
  const whole = typeof body === "string" || body instanceof Uint8Array;
  const bodiless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...(whole && !bodiless && { "Content-Length": Buffer.byteLength(body) }),
    ...answer.headers,
  });
  if (whole) response.end(body);
  else await pipeline(Readable.from(body), response).catch(() => response.destroy());
}

export const html = "text/html;charset=UTF-8";
export const plain = "text/plain;charset=UTF-8";

/** A page, with the few parts that all pages of Jenkins have. */
export function page(status: number, title: string, body: string, headers: Answer["headers"] = {}): Answer {
  return {
    status,
    headers: { "Content-Type": html, ...headers },
    body: `<!DOCTYPE html><html><head><title>${escape(title)}</title></head><body>${body}</body></html>`,
  };
}

/** The error page of the servlet container. */
export function containerPage(status: number, message: string, headers: Answer["headers"] = {}): Answer {
  const title = `Error ${status} ${message}`;
  const body = `<h2>HTTP ERROR ${status} ${escape(message)}</h2><table><tr><th>MESSAGE:</th><td>${escape(message)}</td></tr></table>`;
  return page(status, title, body, headers);
}

/** A validation error: 400, with the message also in `X-Error`, which only holds Latin-1. */
export function failure(message: string): Answer {
  return page(400, "Jenkins", `<h1>Error</h1><p>${escape(message)}</p>`, {
    "X-Error": message.replace(/[^\x20-\x7e\xa0-\xff]/g, "?"),
  });
}

/** An uncaught exception. */
export function oops(message = ""): Answer {
  const text = message === "" ? "" : `<p>${escape(message)}</p>`;
  const id = crypto.randomUUID();
  const body = `<h1>Oops!</h1><p>A problem occurred while processing the request</p>${text}<p>Logging ID=${id}</p>`;
  return page(500, "Jenkins", body);
}

export function notFound(): Answer {
  return page(404, "Not Found", "<h1>Oops!</h1><p>Not Found</p>");
}

export function postRequired(): Answer {
  const body = `<h1>Form post required</h1><p>This URL requires POST</p><form method="POST"><input type="submit" value="Try POSTing"></form>`;
  return page(405, "Form post required", body, { Allow: "POST" });
}

export function redirect(location: string, status: 302 | 303 = 302): Answer {
  return { status, headers: { Location: location } };
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
