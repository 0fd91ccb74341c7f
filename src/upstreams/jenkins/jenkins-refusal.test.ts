import { expect, test } from "@jest/globals";
import { refusal } from "./jenkins-refusal.js";

const page = (text: string) => `<html><body><h1>Error</h1><p>${text}</p></body></html>`;

test.each<[string, number, Record<string, string>, string, string, string]>([
  ["a wrong token", 401, {}, "<html>Unauthorized</html>", "UPSTREAM_REJECTED", "user and token"],
  [
    "a missing permission",
    403,
    { "x-required-permission": "hudson.model.Item.Build" },
    "",
    "UPSTREAM_REJECTED",
    "lacks the permission hudson.model.Item.Build",
  ],
  [
    "a reason in the header",
    400,
    { "x-error": "No such job: x" },
    page("other"),
    "UPSTREAM_REJECTED",
    "No such job: x",
  ],
  ["a reason in the page", 409, {}, page("x is not buildable"), "UPSTREAM_REJECTED", "x is not buildable"],
  ["nothing there", 404, {}, "", "UPSTREAM_REJECTED", "404"],
  ["a redirect", 302, { location: "/login" }, "", "UPSTREAM_REJECTED", "/login"],
  ["a start page", 503, {}, "Please wait while Jenkins is getting ready to work", "UPSTREAM_UNAVAILABLE", "starting"],
  ["a mishap", 500, {}, "Oops!", "UPSTREAM_UNAVAILABLE", "500"],
  ["a page instead of an answer", 200, {}, "<html>", "UPSTREAM_UNAVAILABLE", "cannot be understood"],
])("%s", (_what, status, headers, body, code, text) => {
  const error = refusal("run the job x", { status, header: (name) => headers[name], body });
  expect(error.code).toBe(code);
  expect(error.message).toContain(text);
});
