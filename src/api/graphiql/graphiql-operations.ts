import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Operation } from "./operation.js";

/** The operations that are open at the first visit, in the order in which a new user would try them. */
const openAtFirst = [
  "viewer",
  "apps",
  "app",
  "create-app",
  "start-build",
  "build-log",
  "rollout-progress",
  "journal-events",
];

/** Variables by the operation. A placeholder like `$app` stands for the newest id of that kind that the page has seen. */
const examples: Readonly<Record<string, object>> = {
  "create-member": { input: { email: "ada@example.com", name: "Ada", password: "a password of hers" } },
  "close-member": { input: { id: "$member" } },
  "lift-login-delay": { input: { memberId: "$member" } },
  "grant-role": { input: { memberId: "$member", role: "DEVELOPER", namespaceId: "$namespace" } },
  "revoke-role": { input: { memberId: "$member", role: "DEVELOPER", namespaceId: "$namespace" } },
  login: { input: { email: "", password: "" } },
  "refresh-session": { input: { refreshToken: "" } },
  "revoke-session": { input: { id: "$session" } },
  members: { first: 20 },
  apps: { first: 20 },
  app: { id: "$app" },
  "app-manifests": { id: "$app" },
  "pods-changed": { app: "$app" },
  "create-app": {
    input: {
      namespaceId: "$namespace",
      name: "hello-again",
      spec: {
        language: "NODE",
        repository: { provider: "GITHUB", path: "acme/hello-orrery" },
        ports: [{ name: "http", port: 8080 }],
        replicas: 2,
      },
    },
  },
  "update-app": { input: { id: "$app", displayName: "Hello" } },
  "submit-app": { input: { id: "$app" } },
  "approve-app": { input: { id: "$app" } },
  "reject-app": { input: { id: "$app", reason: "Two replicas, please." } },
  "retire-app": { input: { id: "$app", confirmName: "hello-again" } },
  "app-reviews": { app: "$app", first: 10 },
  "repository-refs": { app: "$app", kind: "TAG", first: 20 },
  "start-build": { input: { appId: "$app", ref: { kind: "TAG", name: "v1.0.0" } } },
  build: { id: "$build" },
  builds: { first: 10 },
  "build-changed": { build: "$build" },
  "build-log": { build: "$build" },
  "abort-build": { input: { id: "$build" } },
  releases: { app: "$app", first: 10 },
  "rollout-progress": { app: "$app" },
  rollouts: { first: 10 },
  "roll-back": { input: { toReleaseId: "$release" } },
  namespace: { id: "$namespace" },
  namespaces: { first: 20 },
  "create-namespace": { input: { name: "pay", displayName: "Payments" } },
  "update-namespace": { input: { id: "$namespace", displayName: "Demo" } },
  "import-namespaces": { input: {} },
  journal: { first: 20 },
  "journal-events": { filter: { appId: "$app" } },
  notifications: { first: 20 },
  "mark-notifications-read": { input: {} },
};

/**
 * All named operations in a folder, each with its example: those that are open at first, then the rest by their
 * folders.
 */
export function readOperations(root: string): readonly Operation[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".graphql"))
    .map((file): Operation => {
      const name = basename(file, ".graphql");
      const example = examples[name];
      return {
        name,
        folder: dirname(file),
        query: readFileSync(join(root, file), "utf8"),
        variables: example === undefined ? "" : JSON.stringify(example, null, 2),
        opensAtFirst: openAtFirst.includes(name),
      };
    })
    .sort((a, b) => rank(a) - rank(b) || a.folder.localeCompare(b.folder) || a.name.localeCompare(b.name));
}

function rank({ name }: Operation): number {
  const place = openAtFirst.indexOf(name);
  return place < 0 ? openAtFirst.length : place;
}
