import { expect, jest, test } from "@jest/globals";
import { UpstreamRejected, UpstreamUnavailable } from "../kernel/errors.js";
import { UpstreamCalls, type ObservedCall, type UpstreamCallsOptions } from "./upstream-call.js";

const never = new AbortController().signal;
const quick: UpstreamCallsOptions = { retryAfterMs: 1, breakAfter: 3, trialAfterMs: 50 };
const refused = () =>
  Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:6443"), { code: "ECONNREFUSED" }),
  });
const silent = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

test("an idempotent call is repeated until it is answered", async () => {
  const calls = new UpstreamCalls("kubernetes", quick);
  let left = 2;
  const answer = await calls.call("list", { idempotent: true }, never, async () => {
    if (left-- > 0) throw refused();
    return "pods";
  });
  expect(answer).toBe("pods");
  expect(calls.count).toBe(3);
  expect(calls.health().reachable).toBe(true);
});

test("a call that is not idempotent is sent once", async () => {
  const calls = new UpstreamCalls("jenkins", quick);
  const sent = calls.call("start run", { idempotent: false }, never, () => Promise.reject(refused()));
  await expect(sent).rejects.toThrow("Jenkins cannot be reached.");
  expect(calls.count).toBe(1);
});

test.each<[string, string, string]>([
  ["ECONNREFUSED", "fetch failed", "Kubernetes cannot be reached."],
  ["EAI_AGAIN", "fetch failed", "Kubernetes cannot be reached."],
  ["ECONNRESET", "fetch failed", "Kubernetes broke the connection off."],
  ["UND_ERR_SOCKET", "terminated", "Kubernetes broke the connection off."],
  ["UND_ERR_HEADERS_TIMEOUT", "fetch failed", "Kubernetes did not answer in time."],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "fetch failed", "Kubernetes shows a certificate that is not trusted."],
])("%s is told without internals", async (code, message, told) => {
  const calls = new UpstreamCalls("kubernetes", quick);
  const error = Object.assign(new TypeError(message), { cause: Object.assign(new Error("10.0.0.7:6443"), { code }) });
  const seen = await calls
    .call("get", { idempotent: false }, never, () => Promise.reject(error))
    .catch((e: unknown) => e);
  expect(seen).toBeInstanceOf(UpstreamUnavailable);
  expect(seen).toMatchObject({ message: told, cause: error });
  expect(calls.health()).toMatchObject({ reachable: false, error: told });
});

test("silence ends at the deadline of the whole call, retries included", async () => {
  const calls = new UpstreamCalls("kubernetes", quick);
  const startedAt = performance.now();
  const sent = calls.call("get", { idempotent: true, deadlineMs: 100 }, never, silent);
  await expect(sent).rejects.toThrow("Kubernetes did not answer within 0.1 s.");
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(calls.count).toBe(1);
});

test("a send that ignores its signal does not outlive the deadline", async () => {
  const calls = new UpstreamCalls("kubernetes", quick);
  const sent = calls.call("get", { idempotent: true, deadlineMs: 50 }, never, () => new Promise<never>(() => {}));
  await expect(sent).rejects.toBeInstanceOf(UpstreamUnavailable);
});

test("the caller's abort ends the call at once, also between retries, and is not held against the upstream", async () => {
  const calls = new UpstreamCalls("kubernetes", { retryAfterMs: 3_000 });
  const startedAt = performance.now();
  const leaving = new AbortController();
  const between = calls.call("get", { idempotent: true }, leaving.signal, async () => {
    setTimeout(() => leaving.abort(new Error("left")), 5);
    throw refused();
  });
  await expect(between).rejects.toThrow("left");
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  const send = jest.fn(silent);
  await expect(calls.call("get", { idempotent: true }, leaving.signal, send)).rejects.toThrow("left");
  expect(send).not.toHaveBeenCalled();
  expect(calls.health().reachable).toBe(true);
});

test("a refusal passes through, is not repeated and does not open the circuit", async () => {
  const calls = new UpstreamCalls("kubernetes", quick);
  const refusal = new UpstreamRejected("kubernetes", 'namespaces "x" not found', 404);
  for (let i = 0; i < 6; i++) {
    await expect(calls.call("apply", { idempotent: true }, never, () => Promise.reject(refusal))).rejects.toBe(refusal);
  }
  expect(calls.count).toBe(6);
  expect(calls.health().reachable).toBe(true);
});

test("an upstream that says when to come back is asked once and stays trusted", async () => {
  const calls = new UpstreamCalls("github", quick);
  const limited = new UpstreamUnavailable("github", "GitHub's rate limit is used up.", { retryAfterMs: 60_000 });
  for (let i = 0; i < 4; i++) {
    await expect(calls.call("refs", { idempotent: true }, never, () => Promise.reject(limited))).rejects.toBe(limited);
  }
  expect(calls.count).toBe(4);
});

test("a mistake of ours stays what it is", async () => {
  const calls = new UpstreamCalls("kubernetes", quick);
  const mistake = new TypeError("undefined is not a function");
  await expect(calls.call("get", { idempotent: true }, never, () => Promise.reject(mistake))).rejects.toBe(mistake);
  expect(calls.count).toBe(1);
});

test("after failures in a row nothing is sent; then a trial closes the circuit again", async () => {
  const calls = new UpstreamCalls("kubernetes", quick);
  const fail = () => calls.call("get", { idempotent: false }, never, () => Promise.reject(refused()));
  for (let i = 0; i < 3; i++) await expect(fail()).rejects.toThrow("cannot be reached");
  await expect(fail()).rejects.toThrow("given a moment of rest");
  expect(calls.count).toBe(3);
  expect(calls.health()).toMatchObject({ reachable: false, error: "Kubernetes cannot be reached." });

  const until = performance.now() + 5_000;
  let answer: string | undefined;
  while (answer === undefined && performance.now() < until) {
    answer = await calls.call("get", { idempotent: false }, never, async () => "well").catch(() => undefined);
  }
  expect(answer).toBe("well");
  expect(calls.health().reachable).toBe(true);
});

test("each call is observed with its outcome", async () => {
  const seen: ObservedCall[] = [];
  const calls = new UpstreamCalls("kubernetes", { ...quick, observe: (call) => seen.push(call) });
  await calls.call("list", { idempotent: true }, never, async () => 1);
  await calls.call("list", { idempotent: true }, never, () => Promise.reject(refused())).catch(() => {});
  expect(seen.map(({ what, outcome, attempts }) => [what, outcome, attempts])).toEqual([
    ["list", "ANSWERED", 1],
    ["list", "UNAVAILABLE", 3],
  ]);
});
