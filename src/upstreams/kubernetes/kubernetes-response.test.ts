import { expect, test } from "@jest/globals";
import { Response } from "undici";
import { readResponse } from "./kubernetes-response.js";

const json = { "content-type": "application/json" };
const status = (code: number, message: string, headers = {}) =>
  new Response(JSON.stringify({ kind: "Status", status: "Failure", code, message }), {
    status: code,
    headers: { ...json, ...headers },
  });
const page = (code: number) =>
  new Response("<html>please wait</html>", { status: code, headers: { "content-type": "text/html" } });

test("an answer is its JSON", async () => {
  expect(await readResponse(new Response('{"kind":"Pod"}', { headers: json }), "Pod pay/api")).toEqual({ kind: "Pod" });
});

test.each<[string, Response, object]>([
  [
    "a missing object",
    status(404, 'pods "api" not found'),
    { code: "UPSTREAM_REJECTED", status: 404, message: 'Pod pay/api: pods "api" not found' },
  ],
  [
    "a missing right",
    status(403, "forbidden: no"),
    { code: "UPSTREAM_REJECTED", status: 403, message: "Pod pay/api: forbidden: no" },
  ],
  [
    "a host that somebody else has",
    status(400, 'denied the request: host "a.org" and path "/" is already defined in ingress rival/secret'),
    {
      code: "UPSTREAM_REJECTED",
      message: 'Pod pay/api: denied the request: host "a.org" and path "/" is already defined in another Ingress',
    },
  ],
  ["an invalid object", status(422, "spec: Invalid value"), { code: "UPSTREAM_REJECTED", status: 422 }],
  [
    "an object that fits no schema",
    status(500, "failed to create typed patch object: .spec"),
    { code: "UPSTREAM_REJECTED", status: 422 },
  ],
  [
    "a value that is none",
    status(500, "failed to convert new object to proper version: quantities must match"),
    { code: "UPSTREAM_REJECTED", status: 422 },
  ],
  [
    "an unknown path",
    new Response("404 page not found\n", { status: 404, headers: { "content-type": "text/plain" } }),
    { code: "UPSTREAM_REJECTED", status: 404 },
  ],
  [
    "too many requests",
    status(429, "slow down", { "retry-after": "3" }),
    { code: "UPSTREAM_UNAVAILABLE", details: { retryAfterMs: 3_000 } },
  ],
  ["trouble in etcd", status(500, "etcdserver: leader changed"), { code: "UPSTREAM_UNAVAILABLE" }],
  ["a restart", status(503, "apiserver is shutting down"), { code: "UPSTREAM_UNAVAILABLE" }],
  ["a proxy's page", page(503), { code: "UPSTREAM_UNAVAILABLE" }],
  ["a proxy's page that pretends success", page(200), { code: "UPSTREAM_UNAVAILABLE" }],
  ["a proxy's page that pretends absence", page(404), { code: "UPSTREAM_UNAVAILABLE" }],
  ["a truncated answer", new Response('{"kind":"Po', { headers: json }), { code: "UPSTREAM_UNAVAILABLE" }],
])("%s", async (_what, response, told) => {
  await expect(readResponse(response, "Pod pay/api")).rejects.toMatchObject(told);
});
