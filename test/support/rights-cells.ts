import type { Untyped, GraphQLFailure, OrreryClient } from "../../src/demo/orrery-client.js";
import { mayRead, tenants, type ActorName, type Tenant } from "./rights-actors.js";
import type { RightsServer } from "./rights-server.js";
import { secretOf, type Fixture } from "./rights-tenant.js";

/** The answer to one request. */
export interface Result {
  /** ANSWERS, NULL or EMPTY for data; the error's code otherwise. */
  readonly outcome: string;
  readonly errors: GraphQLFailure["errors"];
  /** The whole answer. */
  readonly text: string;
}

const isEmpty = (value: Untyped): boolean => (value?.nodes ?? value?.edges ?? value)?.length === 0;

/** The outcome of an answer. With an `expected` of `<code> <kind>` the error's `kind` counts too. */
function outcomeOf(data: Untyped, errors: GraphQLFailure["errors"], expected = ""): string {
  const value = data && Object.values(data as object)[0];
  const [error] = errors;
  if (error && value) return `data with errors: ${errors.map(({ message }) => message).join(" ")}`;
  const code = String(error?.extensions?.["code"]);
  if (error) return `${code} ${String(error.extensions?.["kind"])}` === expected ? expected : code;
  if (value === null) return "NULL";
  return isEmpty(value) ? "EMPTY" : "ANSWERS";
}

const refused = (body: string): Result => {
  const { errors } = JSON.parse(body) as { errors: Result["errors"] };
  return { outcome: outcomeOf(undefined, errors), errors, text: body };
};

/** Sends a query or mutation over HTTP. */
export async function request(client: OrreryClient, document: string, expected?: string): Promise<Result> {
  const { data, errors = [] } = await client.sendUntyped(document);
  return { outcome: outcomeOf(data, errors, expected), errors, text: JSON.stringify({ data, errors }) };
}

/** A stream that has sent its first id and then nothing for this long waits for new events. */
const silenceMs = 500;

/** Opens a subscription as an event stream and closes it after the first event, or when the stream waits for new ones. */
export async function subscribe({ url, token }: OrreryClient, query: string): Promise<Result> {
  const response = await fetch(`${url}/graphql/stream?${new URLSearchParams({ query }).toString()}`, {
    headers: { accept: "text/event-stream", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
  if (response.status !== 200) return refused(await response.text());
  const stream = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/^event: (next[^]*\n\n|complete)/m.test(text)) {
    const silence = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), silenceMs));
    const part = await (/^id: /m.test(text) ? Promise.race([stream.read(), silence]) : stream.read());
    if (!part || part.done) break;
    text += part.value;
  }
  await stream.cancel();
  const [, event] = /^data: (\{.*\})$/m.exec(text) ?? [];
  const { data, errors = [] } = JSON.parse(event ?? `{ "data": [true] }`) as {
    data?: Untyped;
    errors?: Result["errors"];
  };
  return { outcome: outcomeOf(data, errors), errors, text };
}

/** Downloads a file, which must have this content type. */
export async function download({ url, token }: OrreryClient, path: string, type: string): Promise<Result> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}${path}`, { headers });
  const text = await response.text();
  if (response.status !== 200) return refused(text);
  const given = String(response.headers.get("content-type"));
  return { outcome: given.startsWith(type) ? "ANSWERS" : given, errors: [], text };
}

/** Ids and names in the answer that the actor must not see and did not send. Nobody may see the value of a secret. */
export function leaksIn({ text }: Result, sent: string, name: ActorName, server: RightsServer): string[] {
  const secrets = tenants.map(secretOf);
  const hidden = tenants.filter((tenant) => !mayRead(tenant, name)).flatMap((tenant) => ownValues(server, tenant));
  return [...secrets, ...hidden].filter((value) => text.includes(value) && !sent.includes(value));
}

/** The ids and names that belong to this namespace alone. Members are known to each other across namespaces. */
function ownValues(server: RightsServer, tenant: Tenant): string[] {
  const others = tenants.filter((each) => each !== tenant).flatMap((each) => Object.values(server.fixture(each)));
  const shared = new Set([...others, server.fixture(tenant)["owner"]]);
  return Object.values(server.fixture(tenant)).filter((value) => !shared.has(value));
}

const isId = (value: string): boolean => /^[a-z]{3}_[0-9a-f]{32}$/.test(value);

/** The fixture with ids and names of the same form that do not exist. */
export function nonexistent(fixture: Fixture): Fixture {
  const replaced = (value: string): string =>
    isId(value) ? value.replace(/.{6}$/, "f0f0f0") : value.replace(/^(alpha|beta)-/, "no-such-");
  return Object.fromEntries(Object.entries(fixture).map(([name, value]) => [name, replaced(value)]));
}

/** The errors as text, with the values of `other` put back to those of the fixture. */
export function comparable(errors: GraphQLFailure["errors"], fixture: Fixture, other: Fixture): string {
  let text = JSON.stringify(errors.map(({ message, extensions }) => ({ message, extensions })));
  for (const [name, value] of Object.entries(other))
    if (value !== fixture[name]) text = text.replaceAll(value, fixture[name]!);
  return text;
}
