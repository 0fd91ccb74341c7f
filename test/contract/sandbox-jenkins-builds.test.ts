import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  answerThat,
  ask,
  build,
  close,
  commit,
  create,
  jenkins,
  json,
  open,
  over,
  parameters,
  post,
  start,
  type Build,
} from "../support/sandbox-jenkins.js";

beforeEach(() => open());
afterEach(close);

describe("builds", () => {
  test("pass through every state; a result is not the end", async () => {
    await jenkins.close();
    // Slow enough that no state is over between two looks.
    await open({ pace: 0.1 });
    await create("hello");
    jenkins.script({ job: "hello", pieces: [Buffer.from("x\n")], everyMs: 50, result: "SUCCESS" });
    const number = await start("hello");
    const states: string[] = [];
    const end = await answerThat(
      async () => {
        const now = await build("hello", number);
        const state = `${now.building} ${now.inProgress} ${now.result}`;
        if (states.at(-1) !== state) states.push(state);
        expect(now.duration === 0).toBe(now.building);
        return now;
      },
      ({ inProgress }) => !inProgress,
    );
    expect(states).toEqual(["true true null", "true true SUCCESS", "false true SUCCESS", "false false SUCCESS"]);
    expect(end.timestamp).toBeGreaterThan(Date.now() - 5_000);
  });

  test.each([
    ["refs/tags/v1.0.0", "SUCCESS", /docker push[^]*digest: sha256:[^]*Finished: SUCCESS\n$/],
    ["refs/tags/v1.4.0-fail", "FAILURE", /error TS|TS2322[^]*marked build as failure\nFinished: FAILURE\n$/],
    ["refs/heads/an_unstable-one", "UNSTABLE", /tests failed[^]*Finished: UNSTABLE\n$/],
    ["refs/tags/v2.notbuilt", "NOT_BUILT", /nothing to build/],
  ])("%s ends as %s", async (REF, result, console) => {
    await create("hello");
    const IMAGE = "registry.local:5000/shop/hello:v1";
    const number = await start("hello", { REF, IMAGE, COMMIT: commit, BUILD_ARGS: "LANG=de\nDEBUG=1" });
    expect((await over("hello", number)).result).toBe(result);
    const text = await (await ask(`/job/hello/${number}/consoleText`)).text();
    expect(text).toMatch(/^Started by user orrery\nRunning as SYSTEM\nBuilding in workspace /);
    expect(text).toContain(`Checking out Revision ${commit} (detached)`);
    expect(text).toContain(`+ docker build --progress=plain --tag ${IMAGE} --build-arg LANG=de --build-arg DEBUG=1 .`);
    expect(text).toMatch(console);
  });

  test("a job without a real builder does nothing and succeeds", async () => {
    await create("idle", { builders: "<jenkins.tasks.Shell><command>docker build .</command></jenkins.tasks.Shell>" });
    const number = await start("idle", { REF: "refs/tags/fail" });
    expect((await over("idle", number)).result).toBe("SUCCESS");
    expect(jenkins.rawConsole("idle", number).toString()).not.toContain("docker");
  });

  test("are stopped, deleted, and their numbers never used again", async () => {
    await create("hello");
    const number = await start("hello", { REF: "refs/heads/hang", ORRERY_BUILD: "b1" });
    const stopped = await post(`/job/hello/${number}/stop`, {}, { referer: "http://elsewhere/" });
    expect([stopped.status, stopped.headers.get("location")]).toEqual([302, "http://elsewhere/"]);
    expect((await over("hello", number)).result).toBe("ABORTED");
    expect((await post(`/job/hello/${number}/stop`)).status).toBe(302);
    expect(jenkins.rawConsole("hello", number).toString()).toMatch(
      /Build was aborted\nAborted by orrery\nFinished: ABORTED\n$/,
    );
    for (const pipelineOnly of ["term", "kill"]) {
      expect((await post(`/job/hello/${number}/${pipelineOnly}`)).status).toBe(404);
    }
    expect((await post(`/job/hello/${number}/doDelete`)).status).toBe(302);
    expect((await ask(`/job/hello/${number}/api/json`)).status).toBe(404);
    expect(await start("hello")).toBe(number + 1);
    expect(jenkins.runsOf("b1")).toEqual([{ job: "hello", number }]);
  });

  test("are thrown away by the job's log rotation, except the last good one", async () => {
    const rotation = `<jenkins.model.BuildDiscarderProperty><strategy class="hudson.tasks.LogRotator"><numToKeep>1</numToKeep></strategy></jenkins.model.BuildDiscarderProperty>`;
    await create("hello", { properties: parameters + rotation });
    for (const [id, REF] of Object.entries({ 1: "ok", 2: "ok", 3: "fail", 4: "fail" })) {
      await over("hello", await start("hello", { ORRERY_BUILD: id, REF }));
    }
    const numbers = async () =>
      (await json<{ builds: Build[] }>("/job/hello/api/json")).builds.map(({ number }) => number);
    await answerThat(numbers, (left) => left.join() === "4,2");
  });

  test("are found by permalink, range and depth; other trees are dropped or refused", async () => {
    await create("hello");
    for (const [id, REF] of [
      ["1", "refs/tags/ok"],
      ["2", "refs/tags/fail"],
      ["3", "refs/tags/ok-too"],
    ] as const) {
      await over("hello", await start("hello", { ORRERY_BUILD: id, REF }));
    }
    const number = async (link: string) => (await build("hello", link)).number;
    expect([await number("lastBuild"), await number("lastFailedBuild"), await number("lastStableBuild")]).toEqual([
      3, 2, 3,
    ]);
    expect((await ask("/job/hello/lastUnstableBuild/api/json")).status).toBe(404);
    const tree = (text: string) => ask(`/job/hello/api/json?tree=${encodeURIComponent(text)}`);
    const page = await (await tree("builds[number,result]{0,2},nextBuildNumber")).json();
    expect(page).toMatchObject({
      _class: "hudson.model.FreeStyleProject",
      builds: [
        { number: 3, result: "SUCCESS" },
        { number: 2, result: "FAILURE" },
      ],
      nextBuildNumber: 4,
    });
    expect(await (await tree("allBuilds[number]{2,}")).json()).toMatchObject({ allBuilds: [{ number: 1 }] });
    expect(await (await tree("nosuch")).json()).toEqual({ _class: "hudson.model.FreeStyleProject" });
    const broken = await tree("builds[number");
    expect([broken.status, broken.headers.get("content-type")]).toEqual([500, "text/html;charset=UTF-8"]);
    const [shallow] = (await json<{ builds: Build[] }>("/job/hello/api/json")).builds;
    expect(Object.keys(shallow!)).toEqual(["_class", "number", "url"]);
    const [deep] = (await json<{ builds: Build[] }>("/job/hello/api/json?depth=1")).builds;
    expect(deep).toMatchObject({ result: "SUCCESS", building: false });
  });
});
