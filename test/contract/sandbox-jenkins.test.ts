import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import Jenkins from "jenkins";
import { once } from "node:events";
import { SandboxJenkins, type SandboxJenkinsOptions } from "../../src/sandbox/jenkins/sandbox-jenkins.js";
import { retainedBytes } from "../support/retained-bytes.js";
import { eventually } from "../support/eventually.js";

const commit = "0123456789abcdef0123456789abcdef01234567";

const parameter = (name: string, kind = "String") =>
  `<hudson.model.${kind}ParameterDefinition><name>${name}</name><trim>false</trim></hudson.model.${kind}ParameterDefinition>`;

const parameters = `<hudson.model.ParametersDefinitionProperty><parameterDefinitions>
  ${["ORRERY_BUILD", "IMAGE", "REF", "COMMIT"].map((name) => parameter(name)).join("")}${parameter("BUILD_ARGS", "Text")}
</parameterDefinitions></hudson.model.ParametersDefinitionProperty>`;

interface ConfigParts {
  readonly properties?: string;
  readonly builders?: string;
  readonly concurrent?: boolean;
  readonly declaration?: string;
}

function config({
  properties = parameters,
  builders = `<hudson.tasks.Shell><command>docker build --tag "$IMAGE" . &amp;&amp; docker push "$IMAGE"</command></hudson.tasks.Shell>`,
  concurrent = false,
  declaration = `<?xml version="1.0" encoding="UTF-8"?>`,
}: ConfigParts = {}): string {
  return `${declaration}
<project>
  <description>Sample</description>
  <properties>${properties}</properties>
  <scm class="hudson.plugins.git.GitSCM">
    <userRemoteConfigs><hudson.plugins.git.UserRemoteConfig><url>https://github.com/acme/hello-orrery.git</url></hudson.plugins.git.UserRemoteConfig></userRemoteConfigs>
    <branches><hudson.plugins.git.BranchSpec><name>\${COMMIT}</name></hudson.plugins.git.BranchSpec></branches>
  </scm>
  <concurrentBuild>${concurrent}</concurrentBuild>
  <builders>${builders}</builders>
</project>`;
}

interface Build {
  readonly number: number;
  readonly building: boolean;
  readonly inProgress: boolean;
  readonly result: string | null;
  readonly duration: number;
  readonly queueId: number;
  readonly timestamp: number;
}
interface Item {
  readonly _class: string;
  readonly why: string | null;
  readonly timestamp: number;
  readonly cancelled?: boolean;
  readonly executable?: { readonly number: number; readonly url: string } | null;
}

let jenkins: SandboxJenkins;
let base: string;

/** Opens a Jenkins that is a hundred times faster than life. */
async function open(options: SandboxJenkinsOptions = {}): Promise<void> {
  jenkins = new SandboxJenkins({ pace: 100, ...options });
  base = await jenkins.listen();
}

const basic = (secret: string, user = jenkins.user) => `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;

function ask(
  path: string,
  init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {},
): Promise<Response> {
  const headers = { authorization: basic(jenkins.token), ...init.headers };
  return fetch(base + path, { redirect: "manual", ...init, headers });
}

const post = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  ask(path, { method: "POST", body: new URLSearchParams(form), headers });

const json = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;

const xml = { "content-type": "text/xml; charset=utf-8" };
const create = (name: string, parts?: ConfigParts, folder = "") =>
  ask(`${folder}/createItem?name=${encodeURIComponent(name)}`, { method: "POST", body: config(parts), headers: xml });

/** The first answer that satisfies. */
const answerThat = <T>(look: () => Promise<T>, satisfies: (value: T) => boolean): Promise<T> =>
  eventually(async () => {
    const value = await look();
    if (!satisfies(value)) throw new Error(`Still ${JSON.stringify(value)}`);
    return value;
  });

const trigger = (job: string, form: Record<string, string> = {}) =>
  post(`/job/${job}/buildWithParameters`, { delay: "0sec", ...form });

const itemOf = (answer: Response) => new URL(answer.headers.get("location")!).pathname;

/** Starts a build and waits for its number. */
async function start(job: string, form: Record<string, string> = {}): Promise<number> {
  const path = itemOf(await trigger(job, form));
  const item = await answerThat(
    () => json<Item>(`${path}api/json`),
    ({ executable }) => Boolean(executable),
  );
  return item.executable!.number;
}

const build = (job: string, number: number | string) => json<Build>(`/job/${job}/${number}/api/json`);
const over = (job: string, number: number) =>
  answerThat(
    () => build(job, number),
    ({ building, inProgress, result }) => !building && !inProgress && result !== null,
  );
const progressive = (job: string, number: number, from: number | string = 0) =>
  ask(`/job/${job}/${number}/logText/progressiveText?start=${from}`);

beforeEach(() => open());
afterEach(async () => {
  await jenkins.close();
  expect(jenkins.server.unknown).toEqual([]);
});

describe("who may ask", () => {
  test("wrong credentials are 401, none are 403 with the login page, too few are 403 with the permission", async () => {
    await create("hello");
    const wrong = await ask("/api/json", { headers: { authorization: basic("nonsense") } });
    expect([wrong.status, wrong.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="Jenkins"']);

    const anonymous = await fetch(`${base}/job/hello/api/json`, { redirect: "manual" });
    expect([anonymous.status, anonymous.headers.get("content-type")]).toEqual([403, "text/html;charset=UTF-8"]);
    expect(await anonymous.text()).toMatch(/login\?from=%2Fjob%2Fhello%2Fapi%2Fjson[^]*Authentication required/);

    const reader = { authorization: basic("11beadedfacade00", "reader") };
    expect((await ask("/job/hello/api/json", { headers: reader })).status).toBe(200);
    const refused = await post("/job/hello/buildWithParameters", {}, reader);
    expect([refused.status, refused.headers.get("x-required-permission")]).toEqual([403, "hudson.model.Item.Build"]);
    expect(await refused.text()).toContain("reader is missing the Job/Build permission");
  });

  test("a token needs no crumb; a password needs one, with the cookie of its session", async () => {
    expect((await create("by-token")).status).toBe(200);
    const password = { authorization: basic(jenkins.password), ...xml };
    const make = (name: string, headers: Record<string, string>) =>
      ask(`/createItem?name=${name}`, { method: "POST", body: config(), headers: { ...password, ...headers } });

    const without = await make("by-password", {});
    expect(without.status).toBe(403);
    expect(await without.text()).toContain("No valid crumb was included in the request");

    const issued = await ask("/crumbIssuer/api/json", { headers: password });
    const { crumb, crumbRequestField } = (await issued.json()) as Record<string, string>;
    const cookie = issued.headers.get("set-cookie")!.split(";")[0]!;
    expect((await make("by-password", { [crumbRequestField!]: crumb! })).status).toBe(403);
    expect((await make("by-password", { [crumbRequestField!]: crumb!, cookie })).status).toBe(200);

    const other = (await ask("/crumbIssuer/api/json", { headers: password })).headers.get("set-cookie")!.split(";")[0]!;
    expect((await make("other-session", { [crumbRequestField!]: crumb!, cookie: other })).status).toBe(403);

    jenkins.restart({ downMs: 0 });
    expect((await make("after-restart", { [crumbRequestField!]: crumb!, cookie })).status).toBe(403);
  });

  test("says who one is, and which Jenkins this is", async () => {
    const answer = await ask("/whoAmI/api/json");
    expect(await answer.json()).toMatchObject({ _class: "hudson.security.WhoAmI", name: "orrery", anonymous: false });
    expect(answer.headers.get("x-jenkins")).toMatch(/^2\.\d+/);
    expect(answer.headers.get("x-jenkins-session")).toMatch(/^[0-9a-f]{8}$/);
  });
});

describe("jobs", () => {
  test.each([
    ["hello", /already exists/],
    ["a/b", /\/. is an unsafe character/],
    ["what?", /unsafe character/],
    ["..", /not an allowed name/],
    ["trailing.", /cannot end with/],
    [" ", /No name is specified/],
    ["bell\u0007", /No control code is allowed/],
  ])("the name %j is refused with the reason in X-Error", async (name, reason) => {
    await create("hello");
    const answer = await create(name);
    expect([answer.status, answer.headers.get("x-error")]).toEqual([400, expect.stringMatching(reason)]);
  });

  test("what Jenkins does not know is dropped without a word, and the rest is written as XML 1.1", async () => {
    const builders = `<hudson.tasks.Shell><command>a &amp;amp; b&#xd;\nc</command></hudson.tasks.Shell><jenkins.tasks.Shell/>`;
    await create("hello", { builders, declaration: "<?xml version='1.1' encoding='UTF-8'?>" });
    const answer = await ask("/job/hello/config.xml");
    expect(answer.headers.get("content-type")).toBe("application/xml");
    const text = await answer.text();
    expect(text).toMatch(/^<\?xml version="1\.1" encoding="UTF-8"\?>\n<project>/);
    expect(text).toContain("<command>a &amp;amp; b&#xd;\nc</command>");
    expect(text).not.toContain("jenkins.tasks.Shell");

    jenkins.uninstall("hudson.plugins.git.GitSCM");
    await ask("/job/hello/config.xml", { method: "POST", body: config(), headers: xml });
    expect(await (await ask("/job/hello/config.xml")).text()).not.toContain("scm");
  });

  test("broken XML and an unknown root are 500, an unknown type 400", async () => {
    const make = (body: string, type = "application/xml") =>
      ask("/createItem?name=x", { method: "POST", body, headers: { "content-type": type } });
    expect((await make("<project>")).status).toBe(500);
    expect((await make("<maven2-moduleset/>")).status).toBe(500);
    expect((await make("<project/>", "text/plain")).headers.get("x-error")).toBe("No mode given");
    expect((await ask("/job/x/api/json")).status).toBe(404);
  });

  test("live in folders, too", async () => {
    const folder = "<com.cloudbees.hudson.plugins.folder.Folder/>";
    await ask("/createItem?name=shop", { method: "POST", body: folder, headers: xml });
    expect((await create("front end", {}, "/job/shop")).status).toBe(200);
    const job = await json<{ fullName: string; url: string }>("/job/shop/job/front%20end/api/json?tree=fullName,url");
    expect(job).toMatchObject({ fullName: "shop/front end", url: `${base}/job/shop/job/front%20end/` });
  });

  test("are looked up with or without a body, and redirected to their slash", async () => {
    await create("hello");
    expect((await ask("/job/hello/api/json?tree=name", { method: "HEAD" })).status).toBe(200);
    expect((await ask("/job/nobody/api/json?tree=name", { method: "HEAD" })).status).toBe(404);
    const slashless = await ask("/job/hello?x=1");
    expect([slashless.status, slashless.headers.get("location")]).toEqual([302, "/job/hello/?x=1"]);
    expect((await ask("/job/hello;x/api/json")).status).toBe(400);
  });

  test("are switched off and on, copied, deleted", async () => {
    await create("hello");
    expect((await post("/job/hello/disable")).status).toBe(302);
    expect(await json("/job/hello/api/json")).toMatchObject({ disabled: true, buildable: false, color: "disabled" });
    expect((await trigger("hello")).status).toBe(409);
    await post("/job/hello/enable");

    const copied = await post("/createItem?name=twin&mode=copy&from=hello");
    expect([copied.status, copied.headers.get("location")]).toEqual([302, "/job/twin/configure"]);
    expect((await trigger("twin")).status).toBe(409);
    await post("/job/twin/disable");
    await post("/job/twin/enable");
    expect((await trigger("twin")).status).toBe(201);

    expect((await ask("/job/hello/doDelete")).status).toBe(405);
    expect((await post("/job/hello/doDelete")).status).toBe(302);
    expect((await ask("/job/twin/", { method: "DELETE" })).status).toBe(204);
    expect((await ask("/job/twin/api/json")).status).toBe(404);
  });

  test("deleted while they build, they take the build along and count from 1 again", async () => {
    await create("hello");
    const number = await start("hello", { REF: "refs/heads/hang", ORRERY_BUILD: "b1" });
    expect((await post("/job/hello/doDelete")).status).toBe(302);
    expect((await ask(`/job/hello/${number}/consoleText`)).status).toBe(404);
    await create("hello");
    expect(await start("hello")).toBe(1);
  });
});

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

describe("consoles", () => {
  const note = "\u001b[8mha:////4AAAAAAAA==\u001b[0m";
  const open = async (pieces: string[]) => {
    await create("hello");
    jenkins.script({ job: "hello", pieces: pieces.map((piece) => Buffer.from(piece)) });
    const number = await start("hello");
    const size = pieces.join("").length;
    await answerThat(
      async () => jenkins.rawConsole("hello", number).length,
      (length) => length >= size,
    );
    return number;
  };
  const read = async (number: number, from: number | string) => {
    const answer = await progressive("hello", number, from);
    const { headers } = answer;
    return [await answer.text(), headers.get("x-text-size"), headers.get("x-more-data")];
  };

  test("of the older generation: whole lines, without notes, and the offset of what was sent", async () => {
    jenkins.logGeneration = "lines";
    const number = await open([`${note}one\ntwo\nthr`]);
    const lines = note.length + 8;
    expect(await read(number, 0)).toEqual(["one\r\ntwo\r\n", String(lines), "true"]);
    expect(await read(number, lines)).toEqual(["", String(lines), "true"]);
    jenkins.append("hello", number, Buffer.from("ee\nfour"));
    expect(await read(number, lines)).toEqual(["three\r\n", String(lines + 6), "true"]);
    jenkins.finish("hello", number, "SUCCESS");
    await over("hello", number);
    expect(await read(number, lines + 6)).toEqual(["four", String(lines + 10), null]);
  });

  test("of the newer generation: the body ends at a line, the offset does not", async () => {
    const number = await open([`${note}one\ntwo\r\nthr`]);
    const size = note.length + 12;
    expect(await read(number, 0)).toEqual([`${note}one\r\ntwo\r\n`, String(size), "true"]);
    jenkins.append("hello", number, Buffer.from("ee\n"));
    expect(await read(number, size)).toEqual(["ee\r\n", String(size + 3), "true"]);
    jenkins.finish("hello", number, "FAILURE");
    expect((await over("hello", number)).result).toBe("FAILURE");
    const whole = await ask(`/job/hello/${number}/consoleText`);
    expect(await whole.text()).toBe("one\ntwo\r\nthree\n");
  });

  test.each(["lines", "raw"] as const)("while they grow, send at most 10,000 lines a call (%s)", async (generation) => {
    jenkins.logGeneration = generation;
    const number = await open(["x\n".repeat(12_000)]);
    const [text, size, more] = await read(number, 0);
    expect([text!.length, size, more]).toEqual([30_000, generation === "raw" ? "24000" : "20000", "true"]);
  });

  test("a CRLF stays one, wherever the log is cut for reading", async () => {
    const blockSize = 256 * 1024;
    const number = await open(["x".repeat(blockSize - 1), "\r\ny\n"]);
    expect((await read(number, 0))[0]!.slice(-6)).toBe("x\r\ny\r\n");
  });

  test("a character cut by an offset is U+FFFD, in either direction", async () => {
    const number = await open(["ä\n"]);
    jenkins.finish("hello", number, "SUCCESS");
    await over("hello", number);
    expect(await read(number, 1)).toEqual(["\ufffd\r\n", "3", null]);
  });

  test("begin anew beyond their end; refuse what is no offset", async () => {
    const number = await open(["one\n"]);
    expect(await read(number, 400)).toEqual(["one\r\n", "4", "true"]);
    expect((await progressive("hello", number, "x")).status).toBe(500);
    expect((await progressive("hello", number, -1)).status).toBe(500);
    const posted = await post(`/job/hello/${number}/logText/progressiveText`, { start: "4" });
    expect([posted.status, await posted.text()]).toEqual([200, ""]);
  });

  test("shrink, or vanish: then there is always more to come", async () => {
    const number = await open(["one\ntwo\n"]);
    jenkins.truncate("hello", number, 4);
    expect(await read(number, 8)).toEqual(["one\r\n", "4", "true"]);
    jenkins.finish("hello", number, "SUCCESS");
    await over("hello", number);
    jenkins.truncate("hello", number);
    expect(await read(number, 4)).toEqual(["", "0", "true"]);
    expect(await (await ask(`/job/hello/${number}/consoleText`)).text()).toMatch(
      /^No such file: .*\/hello\/builds\/1\/log$/,
    );
  });

  test("grow by pieces that heed no character, and come out whole", async () => {
    await jenkins.close();
    jenkins = new SandboxJenkins({ pace: 20 });
    base = await jenkins.listen();
    await create("hello");
    const number = await start("hello", { REF: "refs/tags/v1" });
    const lengths = new Set<number>();
    let cutInside = false;
    await answerThat(
      async () => {
        const raw = jenkins.rawConsole("hello", number);
        lengths.add(raw.length);
        cutInside ||= raw.toString().endsWith("\ufffd");
        return build("hello", number);
      },
      ({ inProgress }) => !inProgress,
    );
    expect(lengths.size).toBeGreaterThan(10);
    expect(cutInside).toBe(true);
    expect(jenkins.rawConsole("hello", number).toString()).toContain("¡hola, 世界! 🌍");
  });

  test("of fifty megabytes are served, again and again, without being held", async () => {
    await create("hello");
    const line = Buffer.from(`${"#7 1.234 compiling – 世界 ".padEnd(99, ".")}\n`);
    const megabyte = Buffer.concat(Array.from({ length: 10_000 }, () => line));
    jenkins.script({ job: "hello", pieces: Array.from({ length: 50 }, () => megabyte), result: "SUCCESS" });
    const number = await start("hello");
    await over("hello", number);
    const lines = 500_000;
    const before = retainedBytes();
    for (const [path, length] of [
      ["consoleText", lines * line.length],
      ["logText/progressiveText", lines * (line.length + 1)],
      ["logText/progressiveText", lines * (line.length + 1)],
    ] as const) {
      let received = 0;
      let looked = false;
      for await (const chunk of (await ask(`/job/hello/${number}/${path}`)).body!) {
        received += chunk.length;
        if (looked || received < length / 2) continue;
        looked = true;
        expect(retainedBytes() - before).toBeLessThan(16 * 1024 * 1024);
      }
      expect(received).toBe(length);
    }
    expect(retainedBytes() - before).toBeLessThan(16 * 1024 * 1024);
  });
});

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

describe("the npm client", () => {
  test.each(["token", "password"] as const)("creates, builds, tails and deletes with a %s", async (secret) => {
    const url = base.replace("//", `//${jenkins.user}:${jenkins[secret]}@`);
    const client = new Jenkins({ baseUrl: url, crumbIssuer: secret === "password" });
    await client.job.create("hello", config());
    expect(await client.job.exists("hello")).toBe(true);
    await expect(client.job.create("hello", config())).rejects.toThrow("A job already exists with the name");
    const item = (await client.job.build({
      name: "hello",
      parameters: { ORRERY_BUILD: "b1", IMAGE: "registry.local/hello:v1", REF: "refs/tags/v1", delay: "0sec" },
    })) as number;
    const { executable } = await answerThat(
      () => client.queue.item(item) as Promise<Item>,
      ({ executable }) => Boolean(executable),
    );
    await over("hello", executable!.number);
    const log = (await client.build.log("hello", executable!.number)) as string;
    expect(log).toMatch(/Finished: SUCCESS\r\n$/);
    await client.job.disable("hello");
    await client.job.enable("hello");
    await client.job.destroy("hello");
    expect(await client.job.exists("hello")).toBe(false);
  });

  test("follows a console to its end without missing or repeating a byte", async () => {
    jenkins.logGeneration = "lines";
    const client = new Jenkins({ baseUrl: base.replace("//", `//${jenkins.user}:${jenkins.token}@`) });
    await create("hello");
    const number = await start("hello", { REF: "refs/tags/v1" });
    const stream = (await client.build.logStream("hello", number, "text", 5)) as NodeJS.EventEmitter;
    let text = "";
    stream.on("data", (part: string) => (text += part));
    await once(stream, "end");
    expect(text.replaceAll("\r\n", "\n")).toBe(await (await ask(`/job/hello/${number}/consoleText`)).text());
  });
});
