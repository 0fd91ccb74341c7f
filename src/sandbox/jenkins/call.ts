import type { SandboxRequest } from "../sandbox-server.js";
import { type Answer, postRequired, redirect, Refused } from "./answer.js";
import type { Controller } from "./controller.js";
import { type Exported, toJson } from "./exported.js";
import { type Caller, demand, type Permission } from "./security.js";
import { Views } from "./views.js";

const version = "2.579";

/** One authenticated request, with everything that routes need. */
export class Call {
  /** `http://host/`, as the client wrote it. */
  readonly base: string;
  readonly views: Views;

  constructor(
    readonly controller: Controller,
    readonly request: SandboxRequest,
    readonly caller: Caller,
  ) {
    this.base = `http://${request.headers.host ?? "127.0.0.1"}/`;
    this.views = new Views(controller.options.rootUrl ?? this.base, controller.queue);
  }

  get query(): URLSearchParams {
    return this.request.query;
  }

  /** Query and form fields in one map. */
  form(): Promise<URLSearchParams> {
    return formOf(this.request);
  }

  demand(permission: Permission): void {
    const { "X-Jenkins": jenkins, "X-Jenkins-Session": session } = this.identity;
    demand(this.caller, permission, this.request, {
      "X-Hudson": "1.395",
      "X-Jenkins": jenkins,
      "X-Jenkins-Session": session,
    });
  }

  /** Refuses other methods than POST, and callers without the permission. */
  demandPost(permission: Permission): void {
    if (this.request.method !== "POST") throw new Refused(postRequired());
    this.demand(permission);
  }

  /** Redirects an object's URL without its final slash to the one with it. */
  slash(): Answer {
    return redirect(`${this.request.path}/${new URL(this.request.raw.url ?? "/", this.base).search}`);
  }

  /** Answers with the object as `…/api/json`. */
  api(object: Exported): Answer {
    return {
      status: 200,
      headers: {
        "Content-Type": "application/json;charset=UTF-8",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "deny",
        ...this.identity,
      },
      body: toJson(object, this.query),
    };
  }

  private get identity() {
    return { "X-Jenkins": version, "X-Jenkins-Session": this.controller.sessionId };
  }
}

/** Query and form fields of a request together; files are not simulated. */
export async function formOf(request: SandboxRequest): Promise<URLSearchParams> {
  const type = request.headers["content-type"] ?? "";
  const fields = new URLSearchParams(request.query);
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)) return fields;
  const body = new Response(await request.body(), { headers: { "content-type": type } });
  for (const [name, value] of await body.formData()) if (typeof value === "string") fields.append(name, value);
  return fields;
}
