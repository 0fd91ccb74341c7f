import { type PlatformError, UpstreamRejected, UpstreamUnavailable } from "../../kernel/errors.js";

/** The status, headers and body of an unsuccessful response. Header names are in lower case. */
export interface JenkinsResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** The crumb expired with its session; a new one helps. Only this text distinguishes it from a missing permission. */
export const wantsCrumb = ({ status, body }: JenkinsResponse): boolean =>
  status === 403 && body.includes("No valid crumb was included");

/** The error for an unsuccessful response. `what` completes "Jenkins refused to …". */
export function refusal(what: string, answer: JenkinsResponse): PlatformError {
  const { status, header } = answer;
  const rejected = (message: string) => new UpstreamRejected("jenkins", message, status);
  if (status < 300) return nonsense(what);
  if (status === 401) return rejected("Jenkins does not accept the platform's user and token.");
  if (wantsCrumb(answer)) return rejected(`Jenkins refused to ${what}: its crumb was not accepted.`);
  if (status === 403) {
    const permission = header("x-required-permission");
    return rejected(
      permission === undefined
        ? `Jenkins refused to ${what}: the platform's user may not.`
        : `Jenkins refused to ${what}: the platform's user lacks the permission ${permission}.`,
    );
  }
  // While it starts, Jenkins answers every address with 503 and a page.
  if (status === 503 && answer.body.includes("getting ready to work")) return unavailable("Jenkins is starting.");
  if (status >= 500 || status === 429) return unavailable(`Jenkins failed to ${what}: it answered ${status}.`, header);
  if (status >= 300 && status < 400)
    return rejected(`Jenkins refused to ${what} and pointed elsewhere: ${header("location") ?? "nowhere"}.`);
  const reason = header("x-error") ?? reasonIn(answer.body);
  return rejected(`Jenkins refused to ${what}: ${reason ?? `it answered ${status}`}.`);
}

/** For an unexpected response, mostly a page of a proxy or of a starting Jenkins. */
export const nonsense = (what: string): UpstreamUnavailable =>
  unavailable(`Jenkins' answer to "${what}" cannot be understood.`);

function unavailable(message: string, header?: JenkinsResponse["header"]): UpstreamUnavailable {
  const seconds = Number(header?.("retry-after"));
  return new UpstreamUnavailable("jenkins", message, seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {});
}

/** The reason of a refusal, which is in the page's first paragraph after its heading. */
function reasonIn(page: string): string | undefined {
  const reason = /<h1>[^<]*<\/h1>\s*<p[^>]*>([^<]{1,300})<\/p>/.exec(page)?.[1];
  return reason?.trim().replace(/\.$/, "");
}
