import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { AppSpecInput, StartBuildInput } from "../../schema/operation-types.js";
import type { OrreryClient } from "./orrery-client.js";
import type { Terminal } from "./terminal.js";

/** The sample app: a repository of the sandbox GitHub. */
const replicas = 3;
const spec: AppSpecInput = {
  language: "NODE",
  repository: { provider: "GITHUB", path: "acme/hello-orrery" },
  ports: [{ name: "http", port: 8080 }],
  replicas,
  environment: [{ name: "GREETING", value: "Hello from Orrery ✨" }],
  readinessProbe: { kind: "HTTP", path: "/healthz", port: 8080, periodSeconds: 2 },
  publicHost: "hello.example.com",
};
export const sample = { namespace: "demo", app: "hello", spec, replicas };

const timeoutMs = 60_000;

/**
 * Delivers the sample app through the public API, step by step as a team, a reviewer and a bot would.
 * Resolves with whether the rollout succeeded. What an earlier run created is used again.
 */
export async function deliver(client: OrreryClient, terminal: Terminal): Promise<boolean> {
  const namespace = await ensureNamespace(client, terminal);
  const app = await ensureApp(client, namespace.id, terminal);
  const { repositoryRefs } = await client.ask("repository-refs", { app: app.id, first: 20 });
  const tags = repositoryRefs!.nodes.map(({ name }) => name);
  terminal.step(`GitHub lists the tags ${tags.join(", ")}`);

  const input: StartBuildInput = { appId: app.id, ref: { kind: "TAG", name: "v1.0.0" }, idempotencyKey: randomUUID() };
  const { startBuild } = await client.ask("start-build", { input });
  // A bot that lost the response asks again: the same key gives the same build.
  const { startBuild: repeated } = await client.ask("start-build", { input });
  if (repeated.build.id !== startBuild.build.id) throw new Error("A repeated startBuild began another build.");
  const { build } = startBuild;
  terminal.step(`Build ${build.number} of tag v1.0.0 was asked for, twice with one idempotency key: it is one build`);
  for await (const piece of client.follow("build-log", { build: build.id })) terminal.console(piece.text);
  const { build: built } = await lastOf(client.follow("build-changed", { build: build.id }));
  if (built.phase !== "SUCCEEDED") {
    terminal.note(`The build ended as ${built.phase}: ${built.condition?.message ?? ""}`);
    return false;
  }
  terminal.step(`Build ${build.number} made ${build.image} of commit ${built.commit!.slice(0, 12)}`);

  const rollout = await rolloutOf(client, build.id, app.id);
  let phase = "";
  for await (const { rollout: state } of client.follow("rollout-progress", { rollout })) {
    const { wanted, ready, old } = state.progress;
    const why = state.condition ? ` · ${state.condition.message}` : "";
    terminal.bar(ready, wanted, `pods ready${old > 0 ? `, ${old} old` : ""}${why}`);
    phase = state.phase;
  }
  if (phase !== "SUCCEEDED") return false;
  terminal.step(`The rollout succeeded: ${sample.replicas} pods run ${build.image}`);
  const { notifications } = await client.ask("notifications", { first: 3, unreadOnly: true });
  for (const { title } of notifications.nodes) terminal.note(`✉ ${title}`);
  return true;
}

async function ensureNamespace(client: OrreryClient, terminal: Terminal): Promise<{ readonly id: string }> {
  const { namespace } = await client.ask("namespace", { name: sample.namespace });
  if (namespace) return namespace;
  const created = await client.ask("create-namespace", { input: { name: sample.namespace, displayName: "Demo" } });
  terminal.step(`The namespace ${sample.namespace} was created`);
  return created.createNamespace.namespace;
}

async function ensureApp(
  client: OrreryClient,
  namespaceId: string,
  terminal: Terminal,
): Promise<{ readonly id: string }> {
  const { app } = await client.ask("app", { namespace: sample.namespace, name: sample.app });
  if (app?.approvedRevision) {
    terminal.step(`The app ${sample.app} is there from an earlier run`);
    return app;
  }
  const id = app?.id ?? (await create(client, namespaceId, terminal));
  const { app: draft } = await client.ask("app-manifests", { id });
  const kinds = draft!.manifests.objects.map(({ kind }) => kind);
  terminal.step(`Before anybody approves: it will become ${kinds.join(", ")} and a Jenkins job`);
  if (app?.phase !== "IN_REVIEW") await client.ask("submit-app", { input: { id } });
  terminal.step("It was submitted for review");
  const { approveApp } = await client.ask("approve-app", { input: { id } });
  terminal.step("A reviewer approved it");
  return approveApp.app;
}

async function create(client: OrreryClient, namespaceId: string, terminal: Terminal): Promise<string> {
  const { createApp } = await client.ask("create-app", {
    input: { namespaceId, name: sample.app, displayName: "Hello", spec: sample.spec },
  });
  terminal.step(`The app ${sample.app} was described`);
  return createApp.app.id;
}

/** The rollout of a build's release; it begins shortly after the build ends. */
async function rolloutOf(client: OrreryClient, build: string, app: string): Promise<string> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(50)) {
    const { app: now } = await client.ask("app", { id: app });
    if (now?.lastRollout?.release.build?.id === build) return now.lastRollout.id;
  }
  throw new Error("No rollout was begun.");
}

async function lastOf<T>(stream: AsyncIterable<T>): Promise<T> {
  let last: T | undefined;
  for await (const value of stream) last = value;
  if (last === undefined) throw new Error("The stream ended without an event.");
  return last;
}
