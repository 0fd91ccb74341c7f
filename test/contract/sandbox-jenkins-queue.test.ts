import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  answerThat,
  ask,
  base,
  basic,
  build,
  close,
  create,
  itemOf,
  jenkins,
  json,
  open,
  post,
  start,
  trigger,
  type Build,
  type Item,
} from "../support/sandbox-jenkins.js";

beforeEach(() => open());
afterEach(close);

describe("triggers", () => {
  test("answer by the table of Jenkins", async () => {
    await create("plain", { properties: "" });
    await create("hello");
    const plain = await post("/job/plain/build?delay=0sec");
    expect([plain.status, plain.headers.get("location")]).toEqual([201, `${base}/queue/item/1/`]);
    expect((await trigger("plain")).status).toBe(400);
    const nothing = await post("/job/hello/build");
    expect([nothing.status, await nothing.text()]).toEqual([400, expect.stringContaining("Nothing is submitted")]);
    expect((await post("/job/hello/build", { x: "1" })).status).toBe(400);
    const form = JSON.stringify({ parameter: [{ name: "REF", value: "refs/heads/main" }] });
    expect((await post("/job/hello/build?delay=0sec", { json: form })).status).toBe(201);
    const unknown = JSON.stringify({ parameter: { name: "NOBODY", value: "" } });
    expect((await post("/job/hello/build", { json: unknown })).status).toBe(500);
    const got = await ask("/job/hello/buildWithParameters");
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await post("/job/hello/buildWithParameters?REF=a&REF=b")).status).toBe(500);
    expect((await post("/job/hello/buildWithParameters?delay=soon")).status).toBe(500);
  });

  test("equal requests that still wait are folded into one, others are not", async () => {
    await create("hello");
    const ask = (id: string) => post("/job/hello/buildWithParameters", { ORRERY_BUILD: id, delay: "60sec" });
    const first = await ask("b1");
    const again = await ask("b1");
    expect([first.status, again.status]).toEqual([201, 303]);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect((await ask("b2")).headers.get("location")).not.toBe(first.headers.get("location"));
    const item = JSON.stringify(await json(`${itemOf(first)}api/json`));
    expect(item).toContain("Started by user orrery (2 times)");
  });

  test("unknown names are ignored, missing ones take their default, text keeps its lines", async () => {
    await create("hello");
    const number = await start("hello", { NOBODY: "x", BUILD_ARGS: "A=1\nB=ü 2" });
    type Actions = { actions: { parameters?: { name: string; value: string }[] }[] };
    const tree = encodeURIComponent("actions[parameters[name,value]]");
    const { actions } = await answerThat(
      () => json<Actions>(`/job/hello/${number}/api/json?tree=${tree}`),
      (build) => build.actions.some((action) => action.parameters),
    );
    expect(actions).toContainEqual({});
    const values = actions.flatMap((action) => action.parameters ?? []).map(({ name, value }) => [name, value]);
    expect(values).toEqual([
      ["ORRERY_BUILD", ""],
      ["IMAGE", ""],
      ["REF", ""],
      ["COMMIT", ""],
      ["BUILD_ARGS", "A=1\nB=ü 2"],
    ]);
  });

  test("a multipart form is a form, too", async () => {
    await create("hello");
    const body = new FormData();
    body.set("ORRERY_BUILD", "multi");
    body.set("delay", "0sec");
    expect((await ask("/job/hello/buildWithParameters", { method: "POST", body })).status).toBe(201);
    await answerThat(
      async () => jenkins.runsOf("multi").length,
      (count) => count === 1,
    );
  });

  test("addresses in JSON follow the configured root, Location follows the request", async () => {
    await jenkins.close();
    await open({ rootUrl: "https://ci.example/jenkins" });
    await create("hello");
    expect((await trigger("hello")).headers.get("location")).toMatch(new RegExp(`^${base}/queue/item/`));
    expect(await json("/job/hello/api/json?tree=url")).toMatchObject({ url: "https://ci.example/jenkins/job/hello/" });
  });
});

describe("the queue", () => {
  test("an item waits, leaves, is a build, and expires", async () => {
    await create("hello");
    const path = itemOf(await post("/job/hello/buildWithParameters", { delay: "10sec" }));
    const waiting = await json<Item>(`${path}api/json`);
    expect(waiting._class).toBe("hudson.model.Queue$WaitingItem");
    expect(waiting.why).toMatch(/^In the quiet period/);
    expect(waiting).not.toHaveProperty("executable");
    expect(waiting).not.toHaveProperty("cancelled");
    expect(await json("/queue/api/json")).toMatchObject({ items: [{ _class: waiting._class, url: path.slice(1) }] });
    expect((await ask(path)).status).toBe(200);

    const seen: unknown[] = [];
    const left = await answerThat(
      async () => {
        const item = await json<Item>(`${path}api/json`);
        if (item._class.endsWith("LeftItem")) seen.push(item.executable);
        return item;
      },
      ({ executable }) => Boolean(executable),
    );
    expect(left).toMatchObject({ cancelled: false, why: null, executable: { number: 1, url: `${base}/job/hello/1/` } });
    jenkins.expireLeftItems();
    expect((await ask(`${path}api/json`)).status).toBe(404);
    expect((await build("hello", 1)).queueId).toBe(Number(path.split("/").at(-2)));
  });

  test("left items expire by themselves", async () => {
    await jenkins.close();
    await open({ leftItemMs: 50 });
    await create("hello");
    const path = itemOf(await trigger("hello"));
    await answerThat(
      async () => (await ask(`${path}api/json`)).status,
      (status) => status === 404,
    );
  });

  test("a job that is not concurrent runs one build at a time; a third job waits for an executor", async () => {
    await create("hello");
    await create("other");
    await create("third");
    const hang = { REF: "refs/heads/hang" };
    await start("hello", { ...hang, ORRERY_BUILD: "1" });
    const blocked = itemOf(await trigger("hello", { ...hang, ORRERY_BUILD: "2" }));
    await start("other", hang);
    const buildable = itemOf(await trigger("third", hang));
    const item = await json<Item>(`${blocked}api/json`);
    expect([item._class, item.why]).toEqual([
      "hudson.model.Queue$BlockedItem",
      expect.stringMatching(/^Build #1 is already in progress/),
    ]);
    expect((await json<Item>(`${buildable}api/json`)).why).toBe("Waiting for next available executor");
    await post("/job/hello/1/stop");
    const freed = await answerThat(
      () => json<Item>(`${blocked}api/json`),
      ({ executable }) => Boolean(executable),
    );
    expect(freed.executable!.number).toBe(2);
  });

  test("requests that come at once for one job are built one after the other", async () => {
    await create("hello");
    const paths = (await Promise.all(["1", "2", "3"].map((id) => trigger("hello", { ORRERY_BUILD: id })))).map(itemOf);
    let together = 0;
    await answerThat(
      async () => {
        const { builds } = await json<{ builds: Build[] }>("/job/hello/api/json?tree=builds%5BinProgress%5D");
        together = Math.max(together, builds.filter(({ inProgress }) => inProgress).length);
        return builds;
      },
      (builds) => builds.length === paths.length && builds.every(({ inProgress }) => !inProgress),
    );
    expect(together).toBe(1);
  });

  test("cancelling is 204, then 500 once it has left, 404 for what never was, 422 for a reader", async () => {
    await create("hello");
    const cancel = (id: number, headers = {}) => post(`/queue/cancelItem?id=${id}`, {}, headers);
    await post("/job/hello/buildWithParameters", { delay: "600sec" });
    expect((await cancel(1, { authorization: basic("11beadedfacade00", "reader") })).status).toBe(422);
    expect((await cancel(1)).status).toBe(204);
    expect(await json("/queue/item/1/api/json")).toMatchObject({ cancelled: true, executable: null });
    expect((await cancel(1)).status).toBe(500);
    expect((await cancel(99)).status).toBe(404);
    expect((await post("/queue/item/99/cancelQueue")).status).toBe(404);
    expect((await post("/queue/item/1/cancelQueue")).status).toBe(204);
    expect(jenkins.runsOf("")).toEqual([]);
  });

  test("quieting down, it takes requests and lets them wait", async () => {
    await create("hello");
    await post("/quietDown");
    const path = itemOf(await trigger("hello"));
    expect((await json<Item>(`${path}api/json`)).why).toBe("Jenkins is about to shut down");
    await post("/cancelQuietDown");
    await answerThat(
      () => json<Item>(`${path}api/json`),
      ({ executable }) => Boolean(executable),
    );
  });
});
