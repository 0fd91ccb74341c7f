import { expect, test } from "@jest/globals";
import type { Response } from "express";
import { NotFound, RateLimited, UpstreamUnavailable } from "../../kernel/errors.js";
import { refuseRequest } from "./refuse-request.js";

/** What an answer holds, begun with this status and these headers. */
function answer(statusCode: number, begun: Record<string, string>) {
  const headers = new Map(Object.entries(begun));
  const response = {
    statusCode,
    body: undefined as unknown,
    status: (code: number) => Object.assign(response, { statusCode: code }),
    set: (name: string, value: string) => void headers.set(name, value),
    removeHeader: (name: string) => void headers.delete(name),
    json: (body: unknown) => void Object.assign(response, { body }),
  };
  return { response, headers };
}

const refuse = (begun: ReturnType<typeof answer>, error: Error): void =>
  refuseRequest(begun.response as unknown as Response, error, () => "incident");

test.each([
  ["nothing", 200, {}],
  ["a stream that was to be reserved", 201, { "content-type": "text/plain; charset=utf-8" }],
  [
    "a part of a log",
    206,
    { "content-type": "text/plain", "content-range": "bytes 0-9/20", "content-length": "10", "accept-ranges": "bytes" },
  ],
  [
    "an archive",
    200,
    { "content-type": "application/gzip", "content-disposition": `attachment; filename="pay.tar.gz"` },
  ],
])("an error is no success, whatever was begun: %s", (_what, statusCode, headers) => {
  const begun = answer(statusCode, headers);
  refuse(begun, new UpstreamUnavailable("kubernetes", "It is away."));
  expect(begun.response.statusCode).toBe(503);
  for (const name of ["content-type", "content-range", "content-length", "content-disposition"])
    expect(begun.headers.has(name)).toBe(false);
  expect(begun.response.body).toMatchObject({ errors: [{ extensions: { code: "UPSTREAM_UNAVAILABLE" } }] });
});

test("who is to come again is told when", () => {
  const begun = answer(200, {});
  refuse(begun, new RateLimited("You have spent your budget.", 1_500));
  expect([begun.response.statusCode, begun.headers.get("retry-after")]).toEqual([429, "2"]);
});

test("a finer status of an error stays, with what belongs to it", () => {
  const begun = answer(416, { "content-range": "bytes */20" });
  refuse(begun, new NotFound("part", "of the log"));
  expect([begun.response.statusCode, begun.headers.get("content-range")]).toEqual([416, "bytes */20"]);
});
