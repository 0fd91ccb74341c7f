import { ArgsType, Field, ID, Int, ObjectType } from "type-graphql";
import { Cursor, publishEnum } from "../../foundation/graphql.js";
import { LogEndReason, LogEventKind, type LogEvent } from "./log-event.js";

publishEnum(LogEventKind, "LogEventKind", "What a log tells.", {
  LINE: "A line was printed: `text`, `at`.",
  RESTARTED: "The container was started again: what follows was printed by another run.",
  GAP: "Lines are missing here: the cluster has rotated away what stood between the line before and the line behind.",
  ENDED: "Nothing more will come of this container; `reason` says why.",
});
publishEnum(LogEndReason, "LogEndReason", "Why the log of a container ended.", {
  POD_DELETED: "Its pod is gone, and its log with it.",
  POD_FINISHED: "Its pod has ended and will not be started again.",
  PREVIOUS_RUN: "It is the log of a run that was over already, and this is all of it.",
});

@ObjectType("LogEvent", {
  description:
    "A line of a container's log, or something that happened to that log, in order. Only a LINE has a text and a time.",
})
export class LogEventType implements Pick<LogEvent, "kind" | "pod" | "container" | "cursor" | "reason"> {
  @Field(() => LogEventKind, { description: "What it tells." })
  readonly kind!: LogEvent["kind"];
  @Field(() => String, { description: "The pod." })
  readonly pod!: string;
  @Field(() => String, { description: "The container." })
  readonly container!: string;
  @Field(() => String, {
    nullable: true,
    description: "When the line was printed: RFC 3339 in UTC with nanoseconds. Several lines may share a time.",
  })
  readonly at!: string | null;
  @Field(() => String, {
    nullable: true,
    description: "The line without its line end. Bytes that are no UTF-8 are U+FFFD.",
  })
  readonly text?: string;
  @Field(() => Boolean, {
    description:
      "Whether the line goes on in the next event of this container: lines of more than 64 KiB come in pieces.",
  })
  readonly continues!: boolean;
  @Field(() => LogEndReason, { nullable: true, description: "Why the log ended." })
  readonly reason?: NonNullable<LogEvent["reason"]>;
  @Field(() => Cursor, { description: "Give it as `after` to go on behind this event, with nothing lost or repeated." })
  readonly cursor!: string;
}

@ArgsType()
export class PodLogArgs {
  @Field(() => ID, { description: "The app that the pod belongs to." })
  readonly app!: string;
  @Field(() => String, { description: "The pod's name, from `app.pods`." })
  readonly pod!: string;
  @Field(() => String, { nullable: true, description: "The container; the app's own when it is not given." })
  readonly container?: string | null;
  @Field(() => Cursor, { nullable: true, description: "Only what comes behind this event of the same container." })
  readonly after?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: "Begin with so many lines from the end, 0 to 100000; 0 for new ones only.",
  })
  readonly tailLines?: number | null;
  @Field(() => Date, { nullable: true, description: "Only lines that were printed at this time or later." })
  readonly sinceTime?: Date | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "The run before the last restart instead; ends when all of it was given.",
  })
  readonly previous?: boolean | null;
}

@ArgsType()
export class AppLogArgs {
  @Field(() => ID, { description: "The app." })
  readonly app!: string;
  @Field(() => [String], { nullable: true, description: "Only containers of these names; all when it is not given." })
  readonly containers?: string[] | null;
  @Field(() => Cursor, { nullable: true, description: "Only what comes behind this event of `appLog`." })
  readonly after?: string | null;
}
