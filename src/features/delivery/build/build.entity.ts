import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Condition } from "../../foundation/condition.js";
import type { RefKind } from "../../../upstreams/source-host.js";

export const BuildPhase = {
  QUEUED: "QUEUED",
  RUNNING: "RUNNING",
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  ABORTED: "ABORTED",
} as const;
export type BuildPhase = keyof typeof BuildPhase;

export interface BuildParameter {
  readonly name: string;
  readonly value: string;
}

const BuildSchema = defineEntity({
  name: "Build",
  tableName: "build",
  properties: {
    id: p.text().primary(),
    appId: p.text(),
    namespaceId: p.text(),
    revisionId: p.text(),
    number: p.integer(),
    refKind: p.text().$type<RefKind>(),
    refName: p.text(),
    commit: p.text().nullable(),
    image: p.text(),
    parameters: p.json<BuildParameter[]>(),
    phase: p.text().$type<BuildPhase>().default("QUEUED"),
    condition: p.json<Condition>().nullable(),
    requestedBy: p.text(),
    abortRequestedBy: p.text().nullable(),
    runQueueId: p.bigint("number").nullable(),
    runNumber: p.integer().nullable(),
    runUrl: p.text().nullable(),
    queuedAt: p.datetime().onCreate(() => new Date()),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
    logBytes: p.bigint("number").default(0),
    logComplete: p.boolean().default(false),
    logTrimmedAt: p.datetime().nullable(),
    logRawPlace: p.bigint("number").default(0),
    logRawPlaceBytes: p.bigint("number").default(0),
    version: p.integer().version(),
  },
});

/** One run of the build server that makes an image of an app at a commit. */
export class Build extends BuildSchema.class {
  isOver(): boolean {
    return this.phase !== "QUEUED" && this.phase !== "RUNNING";
  }
}
BuildSchema.setClass(Build);
