import { describe, expect, test } from "@jest/globals";
import type { AppSpec } from "./app-spec.js";
import { privilegesBeyond } from "./privileges.js";

type Security = AppSpec["security"];
const root: Security = { runAsRoot: true, capabilities: [] };
const capable: Security = { runAsRoot: false, capabilities: ["CHOWN", "KILL"] };

describe("privileges that a spec asks for beyond what is approved", () => {
  test.each<[string, Security, Security, string[]]>([
    ["nothing", undefined, undefined, []],
    ["a user that is not root", { runAsUser: 7, runAsRoot: false, capabilities: [] }, undefined, []],
    ["root", root, undefined, ["runAsRoot"]],
    ["root, which is approved", root, root, []],
    ["root, where only capabilities are approved", root, capable, ["runAsRoot"]],
    ["capabilities", capable, undefined, ["CHOWN", "KILL"]],
    ["one more than is approved", capable, { runAsRoot: true, capabilities: ["KILL"] }, ["CHOWN"]],
    ["less than is approved", undefined, capable, []],
  ])("%s", (_what, security, approved, privileges) => {
    expect(privilegesBeyond({ security }, { security: approved })).toEqual(privileges);
  });
});
