import { type Answer, failure, notFound, oops, page, redirect } from "./answer.js";
import type { Call } from "./call.js";
import { consoleText, progressiveText } from "./progressive-text.js";
import type { Run } from "./run.js";

/** Answers what lies under a build (`/job/x/7/…`). */
export async function runRoutes(call: Call, run: Run, path: readonly string[]): Promise<Answer | undefined> {
  const { controller, request } = call;
  if (path.length === 0) return call.slash();
  switch (path.join("/")) {
    case "":
      return page(200, `#${run.number} [Jenkins]`, `<h1>#${run.number}</h1><a href="consoleText">Console Output</a>`);
    case "api/json":
      return call.api(call.views.run(run));
    case "logText/progressiveText": {
      const start = (await call.form()).get("start");
      return progressiveText(run.console, start, run.phase === "over", controller.logGeneration);
    }
    case "consoleText":
      return consoleText(run.console, run.logFile);
    case "stop":
      call.demandPost("hudson.model.Item.Cancel");
      if (run.phase === "building") run.stop(call.caller.account!.name);
      return redirect(request.headers.referer ?? `/${run.path}`);
    case "doDelete":
      call.demandPost("hudson.model.Run.Delete");
      if (run.keepLog) return failure("This build is marked to be kept forever");
      if (run.phase !== "over") return oops("The build is still running");
      run.job.runs.delete(run.number);
      return redirect(`/${run.job.path}`);
    case "toggleLogKeep":
      call.demandPost("hudson.model.Run.Update");
      run.keepLog = !run.keepLog;
      return redirect(`/${run.path}`);
    case "term":
    case "kill":
      // Only Pipeline builds have these.
      return notFound();
    default:
      return undefined;
  }
}
