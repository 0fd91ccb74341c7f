import { v7 } from "uuid";

/** The prefix says what an id names, so that `node(id)` and a log reader can tell without asking. */
export const idPrefixes = {
  Member: "mem",
  Session: "ses",
  RoleGrant: "grt",
  Namespace: "nsp",
  App: "app",
  AppRevision: "rev",
  Review: "rvw",
  Build: "bld",
  Release: "rel",
  Rollout: "rol",
  Notification: "ntf",
  JournalEntry: "jrn",
  Template: "tpl",
  TemplateVersion: "tpv",
  Dockerfile: "dkf",
  TemplatePin: "pin",
  Publication: "pub",
  Variable: "var",
  VariableValue: "vvl",
  Plan: "pln",
} as const;
export type NodeKind = keyof typeof idPrefixes;

/** A new global id, `app_0192f3…`: its prefix and a UUIDv7, so ids sort by the time they were made. */
export type NewId = (kind: NodeKind) => string;

export const newId: NewId = (kind) => `${idPrefixes[kind]}_${v7().replaceAll("-", "")}`;

const kindOfPrefix = new Map<string, NodeKind>(
  (Object.keys(idPrefixes) as NodeKind[]).map((kind) => [idPrefixes[kind], kind]),
);

/** What an id names, or undefined when it is no id of ours. */
export function kindOfId(id: string): NodeKind | undefined {
  const match = /^([a-z]{3})_[0-9a-f]{32}$/.exec(id);
  return match ? kindOfPrefix.get(match[1]!) : undefined;
}
