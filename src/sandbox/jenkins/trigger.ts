import { type Answer, containerPage, oops, postRequired, redirect, Refused } from "./answer.js";
import type { Call } from "./call.js";
import type { Job } from "./item.js";
import type { ParameterDefinition } from "./job-config.js";
import type { Parameter } from "./build-request.js";
import { valueClass } from "./views.js";

/** `/build` (plain) and `/buildWithParameters`: queues a request, or refuses it. */
export async function trigger(call: Call, job: Job, plain: boolean): Promise<Answer> {
  const { controller, caller } = call;
  const { parameters: definitions } = job.config;
  if (call.request.method !== "POST") throw new Refused(postRequired());
  call.demand("hudson.model.Item.Build");
  if (!job.isBuildable) return containerPage(409, `${job.fullName} is not buildable`);
  const form = await call.form();
  const quietMs = controller.quietMs(job, form.get("delay"));
  if (!plain && !definitions) return containerPage(400, `${job.fullName} is not parameterized`);
  const submitted = plain && definitions ? submittedForm(form, definitions) : undefined;
  const parameters = submitted ?? (definitions ?? []).map((definition) => fromForm(definition, form));
  if (job.doomed) return redirect(`/${job.path}`);
  const cause = { type: "hudson.model.Cause$UserIdCause", userId: caller.account!.name, times: 1 };
  const { item, folded } = controller.queue.schedule(job, parameters, cause, quietMs);
  if (submitted && folded) return redirect(`/${job.path}`);
  const Location = `${call.base}queue/item/${item.id}/`;
  return { status: folded && !plain ? 303 : 201, headers: { Location } };
}

/** The value of a parameter, or its default; fields without a definition are ignored. */
function fromForm(definition: ParameterDefinition, form: URLSearchParams): Parameter {
  const [value = definition.defaultValue, ...more] = form.getAll(definition.name);
  if (more.length > 0)
    throw new Refused(oops(`Illegal number of parameter values for ${definition.name}: ${more.length + 1}`));
  return valueOf(definition, value);
}

/** What the page's own form sends: `json={"parameter":[{"name":…,"value":…}]}`. */
function submittedForm(form: URLSearchParams, definitions: readonly ParameterDefinition[]): Parameter[] {
  const json = form.get("json");
  if (json === null) {
    const message = form.size === 0 ? "Nothing is submitted" : "This page expects a form submission";
    throw new Refused(containerPage(400, message));
  }
  const { parameter = [] } = JSON.parse(json) as { parameter?: Given | Given[] };
  return [parameter].flat().map(({ name, value }) => {
    const definition = definitions.find((known) => known.name === name);
    if (!definition) throw new Refused(oops(`No such parameter definition: ${name}`));
    return valueOf(definition, String(value));
  });
}

interface Given {
  readonly name: string;
  readonly value: string | number | boolean;
}

function valueOf({ type, name, trim }: ParameterDefinition, value: string): Parameter {
  return { type: valueClass(type), name, value: trim ? value.trim() : value };
}
