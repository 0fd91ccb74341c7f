import { Args, Ctx, FieldResolver, Query, Resolver, Root, Subscription } from "type-graphql";
import type { JournalEntry } from "../../../journal/journal-tail.js";
import { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import { stream, type Context } from "../../foundation/context.js";
import { connect, type ConnectionSource } from "../../foundation/graphql.js";
import { AuditReader } from "./audit.reader.js";
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
  constructor(private readonly reader: AuditReader) {}

  @Query(() => JournalEntryConnection, { description: "The journal entries that you may read, newest first." })
  journal(
    @Ctx() { actor }: Context,
    @Args(() => JournalArgs) { filter, ...page }: JournalArgs,
  ): Promise<ConnectionSource<JournalEntry>> {
    return connect(page, {
      position: ({ position }) => [String(position)],
      read: (limit) => this.reader.entries(actor, filter ?? {}, { after: page.after, limit }),
      count: () => this.reader.count(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => AppType, {
    nullable: true,
    description: "The app that the entry is about; null when there is none or you may no longer read it.",
  })
  async app(@Root() { appId }: JournalEntry, @Ctx() { actor, loaders }: Context): Promise<App | null> {
    const app = appId ? await loaders.byId(App).load(appId) : null;
    return app && this.reader.maySee(actor, app.namespaceId) ? app : null;
  }

  @Subscription(() => JournalEventType, {
    description:
      "Streams new journal entries, each once and in the order of the journal. To resume, pass the last event's cursor.",
    subscribe: stream(({ streams, actor }, { filter, after }: JournalEventsArgs) =>
      streams.of(AuditReader).follow(actor, filter ?? {}, after),
    ),
  })
  journalEvents(
    @Root() event: JournalStreamEvent,
    @Args(() => JournalEventsArgs) _args: JournalEventsArgs,
  ): JournalEventType {
    return event;
  }
}
