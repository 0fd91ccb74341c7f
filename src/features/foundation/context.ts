import type { MemberActor } from "../../kernel/actor.js";
import type { Stream } from "../../streams/mailbox.js";
import type { StreamEvent } from "../../streams/stream-event.js";
import type { PodStreams } from "../delivery/app/pod-streams.js";
import type { AuditService } from "../observability/audit/audit.service.js";
import type { BuildLog } from "../delivery/build/build-log.js";
import type { BuildStreams } from "../delivery/build/build-streams.js";
import type { DriftStreams } from "../delivery/drift/drift-streams.js";
import type { Loaders } from "./loaders.js";
import type { NotificationService } from "../alerting/notification/notification.service.js";
import type { PodLogService } from "../observability/pod-log/pod-log.service.js";
import type { TemplateRolloutReader } from "../templating/template-rollout/template-rollout.reader.js";
import type { RolloutStreams } from "../delivery/rollout/rollout-streams.js";
import type { TemplateImpacts } from "../templating/template/template-impact.js";

/** What subscriptions read from; type-graphql gives `subscribe` no resolver instance, so these come with the context. */
export interface Streams {
  readonly buildLog: BuildLog;
  readonly builds: BuildStreams;
  readonly rollouts: RolloutStreams;
  readonly audit: AuditService;
  readonly notifications: NotificationService;
  readonly pods: PodStreams;
  readonly drifts: DriftStreams;
  readonly podLogs: PodLogService;
  readonly publications: TemplateRolloutReader;
  readonly templateImpacts: TemplateImpacts;
}

/** What an operation cost, and what its payer has left. */
export interface Bill {
  /** What the payer has when nothing was asked for a minute. */
  readonly limit: number;
  readonly cost: number;
  readonly remaining: number;
  /** When all of `limit` is there again, if nothing else is asked. */
  readonly resetAt: Date;
}

/** What one operation knows of its surroundings. */
export interface Context {
  /** Who asks; throws UNAUTHENTICATED when nobody logged in. */
  readonly actor: MemberActor;
  readonly loaders: Loaders;
  readonly streams: Streams;
  readonly userAgent?: string | undefined;
  /** Where the client is, behind whatever proxies; empty for an event that several clients share. */
  readonly network: string;
  /** Set once the operation was charged; events of a subscription are not. */
  bill?: Bill;
}

/** Gives a `subscribe` option the types that type-graphql leaves open: every subscription tells of events with a cursor. */
export const stream =
  <Args, T extends StreamEvent>(open: (context: Context, args: Args) => Promise<Stream<T>>) =>
  ({ context, args }: { context: unknown; args: unknown }): Promise<Stream<T>> =>
    open(context as Context, args as Args);
