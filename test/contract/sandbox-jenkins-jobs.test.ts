import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  ask,
  base,
  close,
  config,
  create,
  jenkins,
  json,
  open,
  post,
  start,
  trigger,
  xml,
} from "../support/sandbox-jenkins.js";

beforeEach(() => open());
afterEach(close);

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
