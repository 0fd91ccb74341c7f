import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import Jenkins from "jenkins";
import { once } from "node:events";
import {
  answerThat,
  ask,
  xml,
  base,
  basic,
  close,
  config,
  create,
  jenkins,
  open,
  over,
  post,
  start,
  type Item,
} from "../support/sandbox-jenkins.js";

beforeEach(() => open());
afterEach(close);

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
