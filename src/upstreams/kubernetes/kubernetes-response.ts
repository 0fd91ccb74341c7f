import type { Response } from "undici";
import { UpstreamRejected, UpstreamUnavailable } from "../../kernel/errors.js";
import { NamespaceMissing } from "../namespace-missing.js";

/** The API server's error (`kind: Status`, meta/v1). */
interface Status {
  readonly kind: "Status";
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
}

/**
 * Reads a response to its end. A refusal (4xx) becomes UpstreamRejected with Kubernetes' message after `about`
 * (`Deployment pay/api`); 429, 5xx and anything but the API server's JSON (a proxy's page) become UpstreamUnavailable.
 */
export async function readResponse(response: Response, about: string): Promise<unknown> {
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) {
    if (body === undefined) throw notKubernetes(response.status);
    return body;
  }
  throw refusal(response, text, body, about);
}

/**
 * An applied object that does not fit its schema, or has an invalid value (`cpu: lots`), is answered with 500 and this
 * message (seen in 1.20; newer servers add the object's name), although it is the sender's fault.
 */
const misfit = /^failed to (create typed patch object|convert new object)/;

/** The admission webhook of ingress-nginx names the owner of a host, which the requester may not be allowed to know. */
const otherIngress = /(is already defined in )ingress [^\s,;]+/g;

/** The message of a 404 for a namespace that does not exist, whatever object in it was requested. */
const namespaceMissing = /namespaces "[^"]*" not found/;

/** The error of a refused request, or of an `ERROR` event of a watch. */
export function statusError(
  status: unknown,
  about: string,
  retryAfterMs?: number,
): UpstreamRejected | UpstreamUnavailable {
  const { code = 500, message: said = "no reason given" } = isStatus(status) ? status : {};
  const message = said.replaceAll(otherIngress, "$1another Ingress");
  if (code === 500 && misfit.test(message)) return new UpstreamRejected("kubernetes", `${about}: ${message}`, 422);
  if (code === 404 && namespaceMissing.test(message)) return new NamespaceMissing(`${about}: ${message}`);
  if (code < 500 && code !== 429) return new UpstreamRejected("kubernetes", `${about}: ${message}`, code);
  return new UpstreamUnavailable("kubernetes", `Kubernetes cannot serve ${about} now: ${message}`, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function refusal(
  response: Response,
  text: string,
  body: unknown,
  about: string,
): UpstreamRejected | UpstreamUnavailable {
  if (isStatus(body)) return statusError({ ...body, code: response.status }, about, retryAfterMs(response));
  // The API server answers an unknown path in plain text ("404 page not found").
  const plain = response.headers.get("content-type")?.startsWith("text/plain") ?? false;
  if (!plain || response.status >= 500 || response.status === 429) return notKubernetes(response.status);
  return new UpstreamRejected("kubernetes", `${about}: ${text.trim().slice(0, 200)}`, response.status);
}

const notKubernetes = (status: number): UpstreamUnavailable =>
  new UpstreamUnavailable("kubernetes", `Something that is not Kubernetes answered at its address (HTTP ${status}).`);

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

const isStatus = (body: unknown): body is Status =>
  typeof body === "object" && body !== null && "kind" in body && body.kind === "Status";

function parsed(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
