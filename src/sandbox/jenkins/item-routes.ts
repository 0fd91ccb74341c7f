import { type Answer, failure, notFound, page, redirect, Refused } from "./answer.js";
import type { Call } from "./call.js";
import { Folder, type Item, Job } from "./item.js";
import { permalinks } from "./history.js";
import { runRoutes } from "./run-routes.js";
import { trigger } from "./trigger.js";

/** Answers what lies under an item (`/job/a/job/b/…`) or creates one in it. */
export async function itemRoutes(call: Call, item: Item, path: readonly string[]): Promise<Answer | undefined> {
  call.demand("hudson.model.Item.Read");
  const { method } = call.request;
  const word = path.join("/");
  if (path.length === 0) return call.slash();
  if (word === "") return method === "DELETE" ? remove(call, item, { status: 204 }) : index(item);
  if (word === "api/json") return call.api(call.views.item(item));
  if (word === "doDelete") {
    if (method === "POST" || method === "DELETE") return remove(call, item, redirect(`/${item.parent?.path ?? ""}`));
    return call.demandPost("hudson.model.Item.Delete") as never;
  }
  if (word === "createItem" && item instanceof Folder) return createItem(call, item);
  if (word === "config.xml") return config(call, item);
  return item instanceof Job ? jobRoutes(call, item, path) : undefined;
}

async function jobRoutes(call: Call, job: Job, path: readonly string[]): Promise<Answer | undefined> {
  const [word = "", ...rest] = path;
  if (/^\d+$/.test(word) || Object.hasOwn(permalinks, word)) {
    const permalink = Object.hasOwn(permalinks, word) ? permalinks[word] : undefined;
    const run = permalink ? job.history.find(permalink) : job.runs.get(Number(word));
    return run ? runRoutes(call, run, rest) : notFound();
  }
  switch (path.join("/")) {
    case "build":
    case "buildWithParameters":
      return trigger(call, job, word === "build");
    case "enable":
    case "disable":
      call.demandPost("hudson.model.Item.Configure");
      call.controller.setDisabled(job, word === "disable");
      return redirect(`/${job.path}`);
    default:
      return undefined;
  }
}

/** `createItem` in a folder or in the root: from XML, or as a copy. */
export async function createItem(call: Call, folder: Folder): Promise<Answer> {
  call.demandPost("hudson.model.Item.Create");
  const { request, query, controller } = call;
  const type = request.headers["content-type"];
  const form = await call.form();
  const name = form.get("name");
  if (form.get("mode") === "copy") return redirect(`/${controller.copy(folder, name, form.get("from")).path}configure`);
  if (type === undefined) throw new Refused(failure("No Content-Type header set"));
  if (!/^(application|text)\/xml/.test(type)) {
    const mode = form.get("mode");
    throw new Refused(failure(mode === null ? "No mode given" : `No item type ‘${mode}’ is known`));
  }
  controller.create(folder, query.get("name"), (await request.body()).toString());
  return { status: 200 };
}

async function config(call: Call, item: Item): Promise<Answer> {
  const { method } = call.request;
  if (method === "POST") {
    call.demand("hudson.model.Item.Configure");
    if (item instanceof Job) call.controller.configure(item, (await call.request.body()).toString());
    return { status: 200 };
  }
  if (method !== "GET" && method !== "HEAD") return page(400, "Bad Request", "Unexpected request method");
  call.demand("hudson.model.Item.ExtendedRead");
  const body = item instanceof Job ? item.config.xml : item.xml;
  return { status: 200, headers: { "Content-Type": "application/xml" }, body };
}

async function remove(call: Call, item: Item, done: Answer): Promise<Answer> {
  call.demand("hudson.model.Item.Delete");
  await call.controller.delete(item);
  return done;
}

function index(item: Item): Answer {
  const runs = item instanceof Job ? item.history : [];
  const links = runs.map(({ number, result }) => `<li><a href="${number}/">#${number}</a> ${result ?? "running"}</li>`);
  return page(200, `${item.fullName} [Jenkins]`, `<h1>${item.fullName}</h1><ul>${links.join("")}</ul>`);
}
