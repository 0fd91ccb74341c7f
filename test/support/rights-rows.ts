import type { Level, Refusal } from "./rights-actors.js";

/*
 * The rights matrix: one row for every field of Query, Mutation (rights-mutations.ts) and Subscription, every download and
 * every node type. `test/rights-rows.test.ts` fails for whatever has no row; `test/flow/rights.test.ts` sends each row as every
 * actor, for both namespaces. How to add a row:
 *
 *     <field>: [<level>, "<arguments>", <see the type of the row>],
 *
 * - The level (rights-actors.ts) says who succeeds. All other outcomes follow from it: UNAUTHENTICATED without a login, the
 *   `hidden` refusal for objects in a namespace that the actor may not read, FORBIDDEN for the rest.
 * - A `$name` in the arguments is an id or a name from the fixture (rights-tenant.ts, rights-server.ts).
 * - A field with several cases has several rows: `"<field> (<case>)"`.
 * - The selection is generated: a new field of an object type needs no row, and must answer every actor who sees the object.
 */

/** A query. `hidden` is its refusal for actors without the level, NOT_FOUND when it is missing. */
export type QueryRow = readonly [level: Level, args: string, hidden?: Refusal];
/**
 * A mutation. It must not change the fixture: most inputs are refused after the permission check, with `outcome`, a code;
 * ANSWERS when it is missing. `hidden` is the refusal for actors who may not read the namespace: NOT_FOUND, or FORBIDDEN for
 * the level `platform`, when it is missing.
 */
export type MutationRow = readonly [level: Level, input: string, outcome?: string, hidden?: Refusal];
/**
 * A subscription. Actors without the level get NOT_FOUND, or FORBIDDEN for the level `platform`. `stream` says whether it stays
 * open; each subscription needs a row that does, for `test/flow/lost-rights.test.ts`.
 */
export type SubscriptionRow = readonly [level: Level, args: string, stream: "OPEN" | "ENDS"];
/** A download: its path, and the content type of the file. */
export type DownloadRow = readonly [level: Level, path: string, contentType: string];

export const queryRows: Readonly<Record<string, QueryRow>> = {
  app: ["viewer", "(id: $app)", "NULL"],
  "app (by name)": ["viewer", "(namespace: $namespaceName, name: $appName)", "NULL"],
  apps: ["viewer", "(filter: { namespaceId: $namespace })", "EMPTY"],
  "apps (all)": ["member with a role", "", "EMPTY"],
  build: ["viewer", "(id: $build)", "NULL"],
  builds: ["viewer", "(filter: { namespaceId: $namespace })", "EMPTY"],
  "builds (of an app)": ["viewer", "(filter: { appId: $app })", "EMPTY"],
  compareReleases: ["viewer", "(from: $formerRelease, to: $release)", "NOT_FOUND"],
  compareTemplateVersions: ["viewer", "(template: $template, from: 0, to: 2)", "NOT_FOUND"],
  "compareTemplateVersions (for everyone)": [
    "member with a role",
    "(template: $templateForEveryone, from: 0, to: 1)",
    "NOT_FOUND",
  ],
  dockerfile: ["member", "(id: $dockerfile)"],
  dockerfiles: ["member", ""],
  exportNamespace: ["viewer", "(namespace: $namespace)", "NOT_FOUND"],
  importableApps: ["administrator", "(namespace: $namespace)", "NOT_FOUND"],
  journal: ["viewer", "(filter: { namespaceId: $namespace })", "EMPTY"],
  "journal (of an app)": ["viewer", "(filter: { appId: $app })", "EMPTY"],
  "journal (of the platform)": ["platform", `(filter: { events: ["variable.declared"] })`, "EMPTY"],
  members: ["platform", "", "FORBIDDEN"],
  namespace: ["viewer", "(id: $namespace)", "NULL"],
  "namespace (by name)": ["viewer", "(name: $namespaceName)", "NULL"],
  namespaces: ["member with a role", "", "EMPTY"],
  node: ["viewer", "(id: $app)", "NULL"],
  notifications: ["member", ""],
  plan: ["viewer", "(id: $plan)", "NULL"],
  previewTemplate: ["platform", `(kind: SERVICE, source: "{{")`, "FORBIDDEN"],
  "previewTemplate (of an app)": ["platform", `(kind: SERVICE, source: "", app: $app)`, "FORBIDDEN"],
  publication: ["platform", "(id: $publication)", "NULL"],
  publicationApps: ["platform", "(publication: $publication)", "EMPTY"],
  publications: ["platform", "", "EMPTY"],
  rateLimit: ["anyone", ""],
  release: ["viewer", "(id: $release)", "NULL"],
  releases: ["viewer", "(filter: { namespaceId: $namespace })", "EMPTY"],
  "releases (of an app)": ["viewer", "(filter: { appId: $app })", "EMPTY"],
  repositoryRefs: ["viewer", "(app: $app, kind: TAG)", "NOT_FOUND"],
  rollout: ["viewer", "(id: $rollout)", "NULL"],
  rollouts: ["viewer", "(filter: { namespaceId: $namespace })", "EMPTY"],
  "rollouts (of an app)": ["viewer", "(filter: { appId: $app })", "EMPTY"],
  template: ["viewer", "(id: $template)", "NULL"],
  "template (for everyone)": ["member with a role", "(id: $templateForEveryone)", "NULL"],
  templateKinds: ["member", ""],
  templatePins: ["viewer", "(filter: { namespaceId: $namespace })", "EMPTY"],
  templateVariables: ["member", "(kind: SERVICE)"],
  templateVersions: ["viewer", "(template: $template)", "EMPTY"],
  "templateVersions (for everyone)": ["member with a role", "(template: $templateForEveryone)", "EMPTY"],
  templates: ["viewer", "(filter: { namespaceId: $namespace })", "EMPTY"],
  "templates (all)": ["member with a role", "", "EMPTY"],
  variable: ["member with a role", "(id: $variable)", "NULL"],
  variableValues: ["member with a role", "(variable: $variable)", "EMPTY"],
  variables: ["member with a role", "", "EMPTY"],
  viewer: ["member", ""],
};

/** `node(id)` for every node type: the level, and the name of an id in the fixture. The refusal is NULL. */
export const nodeRows: Readonly<Record<string, readonly [level: Level, id: string]>> = {
  App: ["viewer", "app"],
  "App (draft)": ["viewer", "draft"],
  "App (in review)": ["viewer", "inReview"],
  AppRevision: ["viewer", "revision"],
  Build: ["viewer", "build"],
  "Build (running)": ["viewer", "runningBuild"],
  Dockerfile: ["member", "dockerfile"],
  JournalEntry: ["viewer", "journalEntry"],
  "JournalEntry (of the platform)": ["platform", "platformEntry"],
  Member: ["member", "owner"],
  Namespace: ["viewer", "namespace"],
  Notification: ["owner", "notification"],
  Plan: ["viewer", "plan"],
  "Plan (of a new spec)": ["viewer", "planOfNewSpec"],
  Publication: ["platform", "publication"],
  Release: ["viewer", "release"],
  Review: ["viewer", "review"],
  RoleGrant: ["owner or platform", "grant"],
  Rollout: ["viewer", "rollout"],
  "Rollout (stuck)": ["viewer", "stuckRollout"],
  Session: ["owner", "session"],
  Template: ["viewer", "template"],
  "Template (for everyone)": ["member with a role", "templateForEveryone"],
  TemplatePin: ["viewer", "pin"],
  TemplateVersion: ["viewer", "templateVersion"],
  "TemplateVersion (draft)": ["viewer", "draftVersion"],
  "TemplateVersion (for everyone)": ["member with a role", "versionForEveryone"],
  Variable: ["member with a role", "variable"],
  "Variable (secret)": ["member with a role", "secret"],
  VariableValue: ["viewer", "value"],
  "VariableValue (of an app)": ["viewer", "valueOfApp"],
  "VariableValue (for everyone)": ["member with a role", "valueForEveryone"],
  "VariableValue (secret)": ["viewer", "secretValue"],
};

/** Fields of nodes that need a higher level than their node, with the name of the node's id. The refusal is FORBIDDEN. */
export const fieldRows: Readonly<Record<string, readonly [level: Level, id: string]>> = {
  "Member.roles": ["owner or platform", "owner"],
};

/** Arguments for fields of object types that require them. */
export const fieldArguments: Readonly<Record<string, string>> = {
  "App.at": "(time: $now)",
};

export const subscriptionRows: Readonly<Record<string, SubscriptionRow>> = {
  appLog: ["viewer", "(app: $app)", "OPEN"],
  buildChanged: ["viewer", "(build: $runningBuild)", "OPEN"],
  buildLog: ["viewer", "(build: $runningBuild)", "OPEN"],
  "buildLog (finished build)": ["viewer", "(build: $build)", "ENDS"],
  driftChanged: ["viewer", "(namespace: $namespace)", "OPEN"],
  "driftChanged (of an app)": ["viewer", "(app: $app)", "OPEN"],
  journalEvents: ["member", "", "OPEN"],
  "journalEvents (of a namespace)": ["member", "(filter: { namespaceId: $namespace })", "OPEN"],
  "journalEvents (after a cursor)": ["member", "(after: $firstCursor)", "OPEN"],
  notificationAdded: ["member", "", "OPEN"],
  "notificationAdded (after a notification)": ["owner", "(after: $notification)", "OPEN"],
  podLog: ["viewer", "(app: $app, pod: $pod)", "OPEN"],
  podsChanged: ["viewer", "(app: $app)", "OPEN"],
  publicationChanged: ["platform", "(publication: $publication)", "OPEN"],
  rolloutProgress: ["viewer", "(rollout: $formerRollout)", "OPEN"],
  "rolloutProgress (of an app)": ["viewer", "(app: $app)", "ENDS"],
  templateImpact: ["platform", "(template: $template)", "ENDS"],
};

export const downloadRows: Readonly<Record<string, DownloadRow>> = {
  "/exports/namespaces/:archive": ["viewer", "/exports/namespaces/$namespace.tar.gz", "application/gzip"],
  "/logs/builds/:build": ["viewer", "/logs/builds/$build", "text/plain"],
  "/logs/pods/:app/:pod/:container": ["viewer", "/logs/pods/$app/$pod/$container", "text/plain"],
};
