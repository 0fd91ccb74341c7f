import { type Answer, containerPage, html, notFound, oops, page, plain, redirect, Refused } from "./answer.js";
import type { Call } from "./call.js";
import { isPermitted } from "./security.js";

/** Answers what lies directly under Jenkins' root; undefined for what it does not know. */
export async function rootRoutes(call: Call, path: readonly string[]): Promise<Answer | undefined> {
  const { controller, views, caller } = call;
  switch (path.join("/")) {
    case "":
      call.demand("hudson.model.Hudson.Read");
      return page(200, "Dashboard [Jenkins]", "<h1>Sandbox Jenkins</h1>");
    case "login":
      return page(200, "Sign in [Jenkins]", "<h1>Sign in to Jenkins</h1>");
    case "api/json":
      call.demand("hudson.model.Hudson.Read");
      return call.api(views.root(controller.root));
    case "whoAmI/api/json":
      return call.api(views.whoAmI(caller.account?.name));
    case "crumbIssuer/api/json": {
      call.demand("hudson.model.Hudson.Read");
      const { crumb, cookie } = controller.security.issueCrumb(caller);
      const answer = call.api(views.crumb(crumb));
      return cookie === undefined ? answer : { ...answer, headers: { ...answer.headers, "Set-Cookie": cookie } };
    }
    case "quietDown":
    case "cancelQuietDown":
      call.demandPost("hudson.model.Hudson.Administer");
      controller.queue.isQuietingDown = path[0] === "quietDown";
      controller.queue.maintain();
      return redirect("/");
    case "restart":
      call.demandPost("hudson.model.Hudson.Administer");
      controller.restart(1_000 / controller.options.pace, "aborted");
      return startingPage("Restarting Jenkins", "Jenkins is restarting");
    default:
      return path[0] === "queue" ? queueRoutes(call, path.slice(1)) : undefined;
  }
}

/** What every address answers while Jenkins starts. */
export function startingPage(title = "Starting Jenkins", text = "Jenkins is getting ready to work"): Answer {
  return page(503, title, `<h1>${text}</h1><p>Your browser will reload automatically when it is ready.</p>`, {
    "Content-Type": html,
    Expires: "0",
    "Cache-Control": "no-cache,no-store,must-revalidate",
  });
}

async function queueRoutes(call: Call, path: readonly string[]): Promise<Answer | undefined> {
  const { controller, views } = call;
  const [word, id = "", ...rest] = path;
  call.demand("hudson.model.Item.Read");
  if (path.join("/") === "api/json") return call.api(views.queueOverview());
  if (path.join("/") === "cancelItem") return cancelItem(call);
  if (word !== "item" || id === "") return undefined;
  const item = controller.queue.find(Number(id));
  if (!item) return notFound();
  switch (rest.join("/")) {
    case "api/json":
      return call.api(views.queueItem(item));
    case "cancelQueue":
      call.demandPost("hudson.model.Item.Cancel");
      controller.queue.cancel(item);
      return { status: 204 };
    case "": {
      if (rest.length === 0) return redirect(`/queue/item/${id}/`);
      const hint = "Queue item exists. For details check, for example, ";
      const body = `${hint}${call.base}queue/item/${id}/api/json?tree=cancelled,executable[url]`;
      return { status: 200, headers: { "Content-Type": plain }, body };
    }
    default:
      return undefined;
  }
}

async function cancelItem(call: Call): Promise<Answer> {
  call.demandPost("hudson.model.Item.Read");
  const id = Number((await call.form()).get("id") ?? Number.NaN);
  if (Number.isNaN(id)) throw new Refused(oops("For input string"));
  const item = call.controller.queue.find(id);
  if (!item) return containerPage(404, `Provided id (${id}) not found`);
  if (!isPermitted(call.caller, "hudson.model.Item.Cancel")) {
    return containerPage(422, `Item for id (${id}) is not cancellable`);
  }
  return call.controller.queue.cancel(item) ? { status: 204 } : containerPage(500, `Could not cancel run for id ${id}`);
}
