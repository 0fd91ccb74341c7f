import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  noop,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from "cockatiel";
import { PlatformError, UpstreamUnavailable, type UpstreamName } from "../kernel/errors.js";
import type { UpstreamHealth } from "./cluster.js";

/** The names of the upstreams, with which messages begin. */
const upstreamTitle: Readonly<Record<UpstreamName, string>> = {
  kubernetes: "Kubernetes",
  jenkins: "Jenkins",
  github: "GitHub",
};

/** A finished call, for metrics, logs and traces. */
export interface ObservedCall {
  readonly upstream: UpstreamName;
  readonly what: string;
  readonly outcome: "ANSWERED" | "REJECTED" | "UNAVAILABLE" | "ABORTED";
  readonly attempts: number;
  readonly durationMs: number;
}

export interface UpstreamCallsOptions {
  /** The default timeout of a whole call, its retries included. */
  readonly deadlineMs?: number;
  /** The number of retries of an idempotent call. */
  readonly retries?: number;
  /** The first delay before a retry; later ones double, with jitter. */
  readonly retryAfterMs?: number;
  /** After this many failures in a row the circuit opens … */
  readonly breakAfter?: number;
  /** … and after this time one call is let through as a trial. */
  readonly trialAfterMs?: number;
  readonly observe?: (call: ObservedCall) => void;
}

export interface CallTerms {
  /** Only idempotent calls are retried. */
  readonly idempotent: boolean;
  readonly deadlineMs?: number;
}

/**
 * The one way to call an upstream: every call has a timeout, idempotent ones a bounded number of retries, and all share
 * the upstream's circuit breaker. A refused connection, a reset, a timeout or a call that was not tried becomes
 * UpstreamUnavailable; an UpstreamRejected (the upstream works and refused) is neither retried nor counted by the
 * breaker.
 */
export class UpstreamCalls {
  /** The number of requests sent, retries included. */
  count = 0;

  private readonly deadlineMs: number;
  private readonly retry;
  private readonly breaker;
  private readonly observe: (call: ObservedCall) => void;
  private state: UpstreamHealth = { reachable: true, since: new Date() };

  constructor(
    readonly upstream: UpstreamName,
    {
      deadlineMs = 10_000,
      retries = 2,
      retryAfterMs = 100,
      breakAfter = 5,
      trialAfterMs = 5_000,
      observe = () => {},
    }: UpstreamCallsOptions = {},
  ) {
    this.deadlineMs = deadlineMs;
    this.observe = observe;
    this.retry = retry(handleWhen(isFailure), {
      maxAttempts: retries,
      backoff: new ExponentialBackoff({ initialDelay: retryAfterMs, maxDelay: 10 * retryAfterMs }),
    });
    this.breaker = circuitBreaker(handleWhen(isFailure), {
      breaker: new ConsecutiveBreaker(breakAfter),
      halfOpenAfter: trialAfterMs,
    });
  }

  /**
   * Calls `send` under these rules. Rejects with what `send` threw on purpose, UpstreamUnavailable, or the signal's own
   * reason.
   */
  async call<T>(
    what: string,
    { idempotent, deadlineMs = this.deadlineMs }: CallTerms,
    signal: AbortSignal,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const startedAt = performance.now();
    let attempts = 0;
    let failure: unknown;
    const attempt = async (inner: AbortSignal): Promise<CallResult<T>> => {
      inner.throwIfAborted();
      attempts++;
      this.count++;
      try {
        return { value: await send(inner) };
      } catch (error) {
        if (signal.aborted) throw error;
        failure = inner.aborted ? this.late(deadlineMs, failure ?? error) : this.translated(error);
        // An upstream that refuses is healthy: the breaker must see a success, so the refusal is returned as a value.
        if (failure instanceof PlatformError && !isFailure(failure)) return { refusal: failure };
        throw failure;
      }
    };
    const observe = (outcome: ObservedCall["outcome"]) =>
      this.observe({ upstream: this.upstream, what, outcome, attempts, durationMs: performance.now() - startedAt });

    try {
      // The timeout is outermost and does not wait: a delay between retries cannot be aborted by itself.
      const deadline = timeout(deadlineMs, TimeoutStrategy.Aggressive);
      const policy = wrap(deadline, idempotent ? this.retry : noop, this.breaker);
      const answer = await policy.execute(({ signal: inner }) => attempt(inner), signal);
      if ("refusal" in answer) throw answer.refusal;
      this.note(undefined);
      observe("ANSWERED");
      return answer.value;
    } catch (error) {
      if (signal.aborted) {
        observe("ABORTED");
        throw signal.reason;
      }
      const seen = this.outcome(error, deadlineMs, failure);
      const unavailable = seen instanceof UpstreamUnavailable;
      // A call that was not tried says nothing about the upstream, and neither does a defect of ours.
      if (attempts > 0 && seen instanceof PlatformError) this.note(unavailable ? seen.message : undefined);
      observe(unavailable ? "UNAVAILABLE" : "REJECTED");
      throw seen;
    }
  }

  /** The health of the upstream at the last call that ended. */
  health(): UpstreamHealth {
    return this.state;
  }

  private outcome(error: unknown, deadlineMs: number, failure: unknown): unknown {
    if (error instanceof TaskCancelledError) return this.late(deadlineMs, failure);
    if (!(error instanceof BrokenCircuitError)) return error;
    const cause = lastError(this.breaker.lastFailure);
    return new UpstreamUnavailable(
      this.upstream,
      `${upstreamTitle[this.upstream]} failed several times in a row and is given a moment of rest.`,
      { cause },
    );
  }

  private late(deadlineMs: number, cause: unknown): UpstreamUnavailable {
    const message = `${upstreamTitle[this.upstream]} did not answer within ${deadlineMs / 1_000} s.`;
    return new UpstreamUnavailable(this.upstream, message, { cause });
  }

  /** A broken socket becomes UpstreamUnavailable; an unexpected error is a defect and stays as it is. */
  private translated(error: unknown): unknown {
    if (error instanceof PlatformError) return error;
    const failure = networkFailureOf(error);
    return failure === undefined
      ? error
      : new UpstreamUnavailable(this.upstream, `${upstreamTitle[this.upstream]} ${failure}`, { cause: error });
  }

  private note(error: string | undefined): void {
    const reachable = error === undefined;
    const since = reachable === this.state.reachable ? this.state.since : new Date();
    this.state = { reachable, since, ...(error !== undefined && { error }) };
  }
}

type CallResult<T> = { readonly value: T } | { readonly refusal: PlatformError };

/**
 * Whether to retry and to count as a failure. An upstream that says when to come back is alive, and must not be called
 * earlier.
 */
function isFailure(error: unknown): boolean {
  return error instanceof UpstreamUnavailable && error.details["retryAfterMs"] === undefined;
}

const lastError = (failure: { error: unknown } | { value: unknown } | undefined): unknown =>
  failure && "error" in failure ? failure.error : undefined;

/**
 * The network failure, as the end of a sentence; undefined for other errors. Checks the codes of Node's sockets, TLS
 * and undici, not classes: under jest Node's errors belong to another realm.
 */
function networkFailureOf(error: unknown): string | undefined {
  const { code, message, cause, errors } = (error ?? {}) as WireError;
  if (typeof code === "string") {
    if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/.test(code))
      return "cannot be reached.";
    if (/TIMEOUT|ETIMEDOUT/.test(code)) return "did not answer in time.";
    if (/CERT|SELF_SIGNED|TLS|SSL/.test(code)) return "shows a certificate that is not trusted.";
    if (/^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_|HPE_)/.test(code)) return "broke the connection off.";
  }
  return (
    firstNetworkFailureIn([cause, ...(errors ?? [])]) ?? (message === "fetch failed" ? "cannot be reached." : undefined)
  );
}

interface WireError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

function firstNetworkFailureIn(errors: readonly unknown[]): string | undefined {
  for (const error of errors) {
    const failure = error === undefined ? undefined : networkFailureOf(error);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
