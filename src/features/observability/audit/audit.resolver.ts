import { Args, Ctx, FieldResolver, Query, Resolver, Root, Subscription } from "type-graphql";
import type { JournalEntry } from "../../../journal/journal-tail.js";
import { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import { stream, type Context } from "../../foundation/context.js";
import { connect, type ConnectionSource } from "../../foundation/graphql.js";
import { AuditService } from "./audit.service.js";
import {
  JournalArgs,
  JournalEntryConnection,
  JournalEntryType,
  JournalEventsArgs,
  JournalEventType,
} from "./audit.type.js";
import type { JournalStreamEvent } from "./journal-streams.js";

@Resolver(() => JournalEntryType)
export class AuditResolver {
  constructor(private readonly service: AuditService) {}

  @Query(() => JournalEntryConnection, { description: "What happened, newest first, as far as you may see it." })
  journal(
    @Ctx() { actor }: Context,
    @Args(() => JournalArgs) { filter, ...page }: JournalArgs,
  ): Promise<ConnectionSource<JournalEntry>> {
    return connect(page, {
      position: ({ position }) => [String(position)],
      read: (limit) => this.service.entries(actor, filter ?? {}, { after: page.after, limit }),
      count: () => this.service.count(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => AppType, {
    nullable: true,
    description: "The app that it is about; null when it is about none, or about one that you may not see any more.",
  })
  async app(@Root() { appId }: JournalEntry, @Ctx() { actor, loaders }: Context): Promise<App | null> {
    const app = appId ? await loaders.byId(App).load(appId) : null;
    return app && this.service.maySee(actor, app.namespaceId) ? app : null;
  }

  @Subscription(() => JournalEventType, {
    description:
      "What happens, each entry once and in the journal's order. After a cut, go on with the last event's cursor.",
    subscribe: stream(({ streams, actor }, { filter, after }: JournalEventsArgs) =>
      streams.of(AuditService).follow(actor, filter ?? {}, after),
    ),
  })
  journalEvents(
    @Root() event: JournalStreamEvent,
    @Args(() => JournalEventsArgs) _args: JournalEventsArgs,
  ): JournalEventType {
    return event;
  }
}
