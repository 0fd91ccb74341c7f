import { Args, Resolver, Root, Subscription } from "type-graphql";
import { stream } from "../../foundation/context.js";
import type { LogEvent } from "./log-event.js";
import { AppLogArgs, LogEventType, PodLogArgs } from "./pod-log.type.js";
import { PodLogService } from "./pod-log.service.js";

const published = ({ kind, pod, container, position, text, continues, reason, cursor }: LogEvent): LogEventType =>
  Object.assign(new LogEventType(), {
    kind,
    pod,
    container,
    at: kind === "LINE" ? position.at : null,
    text,
    continues: continues ?? false,
    reason,
    cursor,
  });

@Resolver(() => LogEventType)
export class PodLogResolver {
  @Subscription(() => LogEventType, {
    description:
      "What a container prints: everything that is there (or from a cursor, a time or a tail on), then everything that comes, each line once, across restarts, until its pod is over. `tailLines` or `sinceTime` say where to begin; `after` goes before them. After a cut, ask the same again with the last event's cursor. Needs `namespace:read`.",
    subscribe: stream(({ streams, actor }, args: PodLogArgs) => streams.of(PodLogService).podLog(actor, args)),
  })
  podLog(@Root() event: LogEvent, @Args(() => PodLogArgs) _args: PodLogArgs): LogEventType {
    return published(event);
  }

  @Subscription(() => LogEventType, {
    description:
      "What all pods of an app print, merged by time (to within 200 ms): what is there, then what comes. Pods that come, in a rollout for instance, are joined; pods that go end with ENDED. The stream itself does not end. After a cut, go on with the last event's cursor. Needs `namespace:read`.",
    subscribe: stream(({ streams, actor }, args: AppLogArgs) => streams.of(PodLogService).appLog(actor, args)),
  })
  appLog(@Root() event: LogEvent, @Args(() => AppLogArgs) _args: AppLogArgs): LogEventType {
    return published(event);
  }
}
