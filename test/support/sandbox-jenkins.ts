import { expect } from "@jest/globals";
import { SandboxJenkins, type SandboxJenkinsOptions } from "../../src/sandbox/jenkins/sandbox-jenkins.js";
import { eventually } from "./eventually.js";

export const commit = "0123456789abcdef0123456789abcdef01234567";

const parameter = (name: string, kind = "String") =>
  `<hudson.model.${kind}ParameterDefinition><name>${name}</name><trim>false</trim></hudson.model.${kind}ParameterDefinition>`;

export const parameters = `<hudson.model.ParametersDefinitionProperty><parameterDefinitions>
  ${["ORRERY_BUILD", "IMAGE", "REF", "COMMIT"].map((name) => parameter(name)).join("")}${parameter("BUILD_ARGS", "Text")}
</parameterDefinitions></hudson.model.ParametersDefinitionProperty>`;

interface ConfigParts {
  readonly properties?: string;
  readonly builders?: string;
  readonly concurrent?: boolean;
  readonly declaration?: string;
}

export function config({
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

export interface Build {
  readonly number: number;
  readonly building: boolean;
  readonly inProgress: boolean;
  readonly result: string | null;
  readonly duration: number;
  readonly queueId: number;
  readonly timestamp: number;
}
export interface Item {
  readonly _class: string;
  readonly why: string | null;
  readonly timestamp: number;
  readonly cancelled?: boolean;
  readonly executable?: { readonly number: number; readonly url: string } | null;
}

/** The sandbox that `open` opened last, and its URL. */
export let jenkins: SandboxJenkins;
export let base: string;

/** Opens a Jenkins that is a hundred times faster than life. */
export async function open(options: SandboxJenkinsOptions = {}): Promise<void> {
  jenkins = new SandboxJenkins({ pace: 100, ...options });
  base = await jenkins.listen();
}

export const basic = (secret: string, user = jenkins.user) =>
  `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;

export function ask(
  path: string,
  init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {},
): Promise<Response> {
  const headers = { authorization: basic(jenkins.token), ...init.headers };
  return fetch(base + path, { redirect: "manual", ...init, headers });
}

export const post = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  ask(path, { method: "POST", body: new URLSearchParams(form), headers });

export const json = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;

export const xml = { "content-type": "text/xml; charset=utf-8" };
export const create = (name: string, parts?: ConfigParts, folder = "") =>
  ask(`${folder}/createItem?name=${encodeURIComponent(name)}`, { method: "POST", body: config(parts), headers: xml });

/** The first answer that satisfies. */
export const answerThat = <T>(look: () => Promise<T>, satisfies: (value: T) => boolean): Promise<T> =>
  eventually(async () => {
    const value = await look();
    if (!satisfies(value)) throw new Error(`Still ${JSON.stringify(value)}`);
    return value;
  });

export const trigger = (job: string, form: Record<string, string> = {}) =>
  post(`/job/${job}/buildWithParameters`, { delay: "0sec", ...form });

export const itemOf = (answer: Response) => new URL(answer.headers.get("location")!).pathname;

/** Starts a build and waits for its number. */
export async function start(job: string, form: Record<string, string> = {}): Promise<number> {
  const path = itemOf(await trigger(job, form));
  const item = await answerThat(
    () => json<Item>(`${path}api/json`),
    ({ executable }) => Boolean(executable),
  );
  return item.executable!.number;
}

export const build = (job: string, number: number | string) => json<Build>(`/job/${job}/${number}/api/json`);
export const over = (job: string, number: number) =>
  answerThat(
    () => build(job, number),
    ({ building, inProgress, result }) => !building && !inProgress && result !== null,
  );
export const progressive = (job: string, number: number, from: number | string = 0) =>
  ask(`/job/${job}/${number}/logText/progressiveText?start=${from}`);

/** Closes the sandbox, which was asked nothing that it does not know. */
export async function close(): Promise<void> {
  await jenkins.close();
  expect(jenkins.server.unknown).toEqual([]);
}
