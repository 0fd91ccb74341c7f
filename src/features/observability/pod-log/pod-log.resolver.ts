import { Args, Resolver, Root, Subscription } from "type-graphql";
import { stream } from "../../foundation/context.js";
import type { LogEvent } from "./log-event.js";
import { AppLogArgs, LogEventType, PodLogArgs } from "./pod-log.type.js";
import { PodLogReader } from "./pod-log.reader.js";

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
      "Streams the log of a container: first the existing lines, then new ones, each once, across restarts, until the pod has ended. `tailLines` or `sinceTime` choose where to begin; `after` takes precedence over both. To resume, repeat the request with the last event's cursor. Needs `namespace:read`.",
    subscribe: stream(({ streams, actor }, args: PodLogArgs) => streams.of(PodLogReader).podLog(actor, args)),
  })
  podLog(@Root() event: LogEvent, @Args(() => PodLogArgs) _args: PodLogArgs): LogEventType {
    return published(event);
  }

  @Subscription(() => LogEventType, {
    description:
      "Streams the logs of all pods of an app, merged by time (to within 200 ms): first the existing lines, then new ones. New pods, for instance of a rollout, are added; a removed pod ends with ENDED. The stream itself does not end. To resume, pass the last event's cursor. Needs `namespace:read`.",
    subscribe: stream(({ streams, actor }, args: AppLogArgs) => streams.of(PodLogReader).appLog(actor, args)),
  })
  appLog(@Root() event: LogEvent, @Args(() => AppLogArgs) _args: AppLogArgs): LogEventType {
    return published(event);
  }
}
