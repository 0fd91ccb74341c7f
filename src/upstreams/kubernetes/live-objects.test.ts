import { expect, test } from "@jest/globals";
import { UpstreamRejected } from "../../kernel/errors.js";
import { FailureLog } from "../../kernel/failure-log.js";
import { objectKindOf } from "../object-kinds.js";
import type { ApiResource } from "./kubernetes-api.js";
import { pathOfKind } from "./live-objects.js";

const ingress = objectKindOf({ apiVersion: "networking.k8s.io/v1", kind: "Ingress" })!;

/** What became of the question for a kind's path when the API server answers so, and what was logged of it. */
async function ask(...answers: (Error | "ingresses")[]): Promise<{ path: string | undefined; logged: string[] }> {
  const logged: string[] = [];
  const line = (_details: object, message: string): void => void logged.push(message);
  const failures = new FailureLog({ info: line, warn: line, error: line }, "kubernetes discovery");
  const resource = (): Promise<ApiResource> => {
    const answer = answers.shift()!;
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve({ name: answer, kind: "Ingress", namespaced: true });
  };
  const path = await pathOfKind({ resource }, ingress, AbortSignal.timeout(20_000), failures);
  return { path, logged };
}

test("the path of a kind is asked for again while the server refuses, which is logged once", async () => {
  const refused = new UpstreamRejected("kubernetes", "No.", 403);
  const { path, logged } = await ask(refused, refused, "ingresses");
  expect(path).toBe("/apis/networking.k8s.io/v1/ingresses");
  expect(logged).toEqual(["task failed; will retry", "task recovered"]);
});

test("a defect is not retried", async () => {
  await expect(ask(new TypeError("x is not a function"), "ingresses")).rejects.toThrow(TypeError);
});
