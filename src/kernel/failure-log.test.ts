import { expect, test } from "@jest/globals";
import { UpstreamUnavailable } from "./errors.js";
import { FailureLog } from "./failure-log.js";

const lines: string[] = [];
const line =
  (level: string) =>
  (_details: object, message: string): void =>
    void lines.push(`${level} ${message}`);
const failures = new FailureLog({ info: line("info"), warn: line("warn"), error: line("error") }, "reads");
const away = new UpstreamUnavailable("kubernetes", "Kubernetes cannot be reached.");

test("is logged once when it begins, once when it is over, and once more when a defect joins", () => {
  const [one, two] = [{}, {}];
  failures.failed(one, away);
  failures.failed(one, away);
  failures.failed(two, away);
  failures.recovered(one);
  expect(lines.splice(0)).toEqual(["warn task failed; will retry"]);
  failures.failed(two, new TypeError("x is not a function"));
  failures.failed(two, new TypeError("x is not a function"));
  expect(lines.splice(0)).toEqual(["error task failed with a defect; will retry"]);
  failures.recovered(two);
  failures.recovered(two);
  expect(lines.splice(0)).toEqual(["info task recovered"]);
  failures.failed(one, away);
  failures.forget(one);
  failures.failed(two, away);
  expect(lines.splice(0)).toEqual(["warn task failed; will retry", "warn task failed; will retry"]);
});
