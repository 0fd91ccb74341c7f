import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Condition } from "../../foundation/condition.js";

export const NamespacePhase = { PENDING: "PENDING", READY: "READY", FAILED: "FAILED" } as const;
export type NamespacePhase = keyof typeof NamespacePhase;

/** The Pod Security Standards, each stricter than the one before. */
export const PodSecurity = { PRIVILEGED: "PRIVILEGED", BASELINE: "BASELINE", RESTRICTED: "RESTRICTED" } as const;
export type PodSecurity = keyof typeof PodSecurity;

const NamespaceSchema = defineEntity({
  name: "Namespace",
  tableName: "namespace",
  properties: {
    id: p.text().primary(),
    name: p.text(),
    displayName: p.text(),
    phase: p.text().$type<NamespacePhase>().default("PENDING"),
    condition: p.json<Condition>().nullable(),
    autoRollBack: p.boolean().default(false),
    registryServer: p.text().nullable(),
    registryUsername: p.text().nullable(),
    registryPasswordSealed: p.text().nullable(),
    /** The allowances of this namespace; null means the default ones. */
    domains: p.json<string[]>().nullable(),
    repositories: p.json<string[]>().nullable(),
    podSecurity: p.text().$type<PodSecurity>().nullable(),
    isIsolated: p.boolean().default(false),
    createdAt: p.datetime().onCreate(() => new Date()),
    version: p.integer().version(),
  },
});

/** A place for apps; one Kubernetes Namespace of the same name. */
export class Namespace extends NamespaceSchema.class {}
NamespaceSchema.setClass(Namespace);
