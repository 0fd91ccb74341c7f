import { v7 } from "uuid";

/** The prefix of an id tells its type, so that `node(id)` and readers of logs need no look-up. */
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

/** A new global id, `app_0192f3…`: a prefix and a UUIDv7, so that ids sort by creation time. */
export type NewId = (kind: NodeKind) => string;

export const newId: NewId = (kind) => `${idPrefixes[kind]}_${v7().replaceAll("-", "")}`;

const kindOfPrefix = new Map<string, NodeKind>(
  (Object.keys(idPrefixes) as NodeKind[]).map((kind) => [idPrefixes[kind], kind]),
);

/** The type that an id names, or undefined for a text that is not an id of the platform. */
export function kindOfId(id: string): NodeKind | undefined {
  const match = /^([a-z]{3})_[0-9a-f]{32}$/.exec(id);
  return match ? kindOfPrefix.get(match[1]!) : undefined;
}
