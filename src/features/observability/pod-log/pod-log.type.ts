import { ArgsType, Field, ID, Int, ObjectType } from "type-graphql";
import { Cursor, publishEnum } from "../../foundation/graphql.js";
import { LogEndReason, LogEventKind, type LogEvent } from "./log-event.js";

publishEnum(LogEventKind, "LogEventKind", "The kind of an event of a container's log.", {
  LINE: "A line was printed: see `text` and `at`.",
  RESTARTED: "The container was restarted; the following lines are of the new run.",
  GAP: "Lines are missing here, because the cluster rotated the log.",
  ENDED: "The log of this container ended; `reason` says why.",
});
publishEnum(LogEndReason, "LogEndReason", "Why the log of a container ended.", {
  POD_DELETED: "The pod was deleted, and its log with it.",
  POD_FINISHED: "The pod has ended and will not be restarted.",
  PREVIOUS_RUN: "The log of the previous run was returned completely.",
});

@ObjectType("LogEvent", {
  description: "A line of a container's log, or an event of that log, in order. Only a LINE has a text and a time.",
})
export class LogEventType implements Pick<LogEvent, "kind" | "pod" | "container" | "cursor" | "reason"> {
  @Field(() => LogEventKind, { description: "The kind of the log event." })
  readonly kind!: LogEvent["kind"];
  @Field(() => String, { description: "The name of the pod." })
  readonly pod!: string;
  @Field(() => String, { description: "The name of the container." })
  readonly container!: string;
  @Field(() => String, {
    nullable: true,
    description: "When the line was printed: RFC 3339 in UTC with nanoseconds. Several lines may share a time.",
  })
  readonly at!: string | null;
  @Field(() => String, {
    nullable: true,
    description: "The line without its line end. Bytes that are not UTF-8 become U+FFFD.",
  })
  readonly text?: string;
  @Field(() => Boolean, {
    description:
      "Whether the line goes on in the next event of this container: lines of more than 64 KiB come in pieces.",
  })
  readonly continues!: boolean;
  @Field(() => LogEndReason, { nullable: true, description: "Why the log ended; only in an ENDED event." })
  readonly reason?: NonNullable<LogEvent["reason"]>;
  @Field(() => Cursor, {
    description: "The event's cursor. Pass it as `after` to continue without loss or repetition.",
  })
  readonly cursor!: string;
}

@ArgsType()
export class PodLogArgs {
  @Field(() => ID, { description: "The id of the app that the pod belongs to." })
  readonly app!: string;
  @Field(() => String, { description: "The pod's name, as in `app.pods`." })
  readonly pod!: string;
  @Field(() => String, { nullable: true, description: "The name of the container; defaults to the app's own." })
  readonly container?: string | null;
  @Field(() => Cursor, { nullable: true, description: "Returns only events after this cursor of the same container." })
  readonly after?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: "Begins with this many lines from the end, 0 to 100000; 0 for new lines only.",
  })
  readonly tailLines?: number | null;
  @Field(() => Date, { nullable: true, description: "Returns only lines that were printed at this time or later." })
  readonly sinceTime?: Date | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Returns the log of the run before the last restart instead; ends after its last line.",
  })
  readonly previous?: boolean | null;
}

@ArgsType()
export class AppLogArgs {
  @Field(() => ID, { description: "The id of the app." })
  readonly app!: string;
  @Field(() => [String], { nullable: true, description: "Returns only containers with these names; all when omitted." })
  readonly containers?: string[] | null;
  @Field(() => Cursor, { nullable: true, description: "Returns only events after this cursor of `appLog`." })
  readonly after?: string | null;
}
