import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  answerThat,
  ask,
  base,
  build,
  close,
  create,
  itemOf,
  jenkins,
  json,
  open,
  over,
  start,
  trigger,
  type Item,
} from "../support/sandbox-jenkins.js";

beforeEach(() => open());
afterEach(close);

describe("misfortune", () => {
  test("a restart: 503 as HTML, a new session, the running build lost, the queue kept", async () => {
    await create("hello");
    const session = async () => (await ask("/api/json")).headers.get("x-jenkins-session");
    const before = await session();
    const number = await start("hello", { REF: "refs/heads/hang", ORRERY_BUILD: "lost" });
    const blocked = itemOf(await trigger("hello", { ORRERY_BUILD: "kept" }));
    jenkins.restart({ downMs: 60 });
    const down = await ask("/api/json");
    expect([down.status, down.headers.get("content-type")]).toEqual([503, "text/html;charset=UTF-8"]);
    expect(await down.text()).toContain("getting ready to work");
    await answerThat(
      async () => (await ask("/api/json")).status,
      (status) => status === 200,
    );
    expect(await session()).not.toBe(before);
    expect((await ask(`/job/hello/${number}/api/json`)).status).toBe(404);
    expect((await ask("/queue/item/1/api/json")).status).toBe(404);
    const kept = await answerThat(
      () => json<Item>(`${blocked}api/json`),
      ({ executable }) => Boolean(executable),
    );
    expect(kept.executable!.number).toBe(number + 1);
    expect(jenkins.runsOf("lost")).toHaveLength(1);
    expect(jenkins.runsOf("kept")).toHaveLength(1);
  });

  test("an orderly restart leaves the running build aborted", async () => {
    await create("hello");
    const number = await start("hello", { REF: "refs/heads/hang" });
    jenkins.restart({ downMs: 0, running: "aborted" });
    expect(await build("hello", number)).toMatchObject({ result: "ABORTED", building: false });
  });

  test("is at hand over HTTP, too", async () => {
    const control = (word: string, order: unknown) =>
      fetch(`${base}/_sandbox/jenkins/${word}`, { method: "POST", body: JSON.stringify(order) });
    await create("hello");
    const pieces = [Buffer.from([0xe4, 0xb8]).toString("base64")];
    expect((await control("script", { job: "hello", pieces })).status).toBe(200);
    const number = await start("hello", { ORRERY_BUILD: "b1" });
    await control("append", { job: "hello", number, bytes: Buffer.from([0x96, 10]).toString("base64") });
    await control("finish", { job: "hello", number, result: "UNSTABLE" });
    expect((await over("hello", number)).result).toBe("UNSTABLE");
    const raw = await fetch(`${base}/_sandbox/jenkins/console?job=hello&number=${number}`);
    expect(await raw.text()).toBe("世\n");
    const runs = await fetch(`${base}/_sandbox/jenkins/runs?build=b1`);
    expect(await runs.json()).toEqual([{ job: "hello", number }]);
    await control("lose", { job: "hello", number });
    expect((await ask(`/job/hello/${number}/api/json`)).status).toBe(404);
  });

  test("an answer may break off or fall silent in the middle", async () => {
    jenkins.server.addFault({ kind: "reset", bytes: 20, match: "api/json", times: 1 });
    await expect(ask("/api/json").then((answer) => answer.text())).rejects.toThrow();
    jenkins.server.addFault({ kind: "reset", bytes: 1e6, match: "api/json", times: 1 });
    await expect(ask("/api/json").then((answer) => answer.text())).rejects.toThrow();
    jenkins.server.addFault({ kind: "stall", bytes: 20, match: "api/json", times: 1 });
    const silent = ask("/api/json", { signal: AbortSignal.timeout(200) }).then((answer) => answer.text());
    await expect(silent).rejects.toThrow(/timeout|aborted/);
    expect((await ask("/api/json")).status).toBe(200);
  });
});
