import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import { stream, type Context } from "../../foundation/context.js";
import { connect, type ConnectionSource } from "../../foundation/graphql.js";
import type { Notification } from "./notification.entity.js";
import { shownMessage } from "./notification.rules.js";
import { type NotificationAdded, NotificationReader } from "./notification.reader.js";
import type { NotificationService } from "./notification.service.js";
import {
  MarkNotificationsReadInput,
  MarkNotificationsReadPayload,
  NotificationAddedArgs,
  NotificationAddedType,
  NotificationConnection,
  NotificationsArgs,
  NotificationType,
} from "./notification.type.js";

@Resolver(() => NotificationType)
export class NotificationResolver {
  constructor(
    private readonly service: NotificationService,
    private readonly reader: NotificationReader,
  ) {}

  @Query(() => NotificationConnection, { description: "Your notifications, newest first." })
  notifications(
    @Ctx() { actor }: Context,
    @Args(() => NotificationsArgs) { unreadOnly, ...page }: NotificationsArgs,
  ): Promise<ConnectionSource<Notification>> {
    const filter = { unreadOnly: unreadOnly ?? false };
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.notifications(actor, filter, { after, limit }),
      count: () => this.reader.count(actor, filter),
    });
  }

  @FieldResolver()
  title(@Root() notification: Notification): string {
    return shownMessage(notification).title;
  }

  @FieldResolver()
  body(@Root() notification: Notification): string {
    return shownMessage(notification).body;
  }

  @Mutation(() => MarkNotificationsReadPayload, { description: "Marks your notifications as read." })
  async markNotificationsRead(
    @Ctx() { actor }: Context,
    @Arg("input", () => MarkNotificationsReadInput, { description: "The notifications to mark as read." })
    input: MarkNotificationsReadInput,
  ): Promise<MarkNotificationsReadPayload> {
    const { cursor } = await this.service.markRead(actor, input);
    return { unreadCount: await this.reader.count(actor, { unreadOnly: true }), cursor };
  }

  @Subscription(() => NotificationAddedType, {
    description: "Streams each new notification to you, once.",
    subscribe: stream(({ streams, actor }, { after }: NotificationAddedArgs) =>
      streams.of(NotificationReader).added(actor, after),
    ),
  })
  notificationAdded(
    @Root() event: NotificationAdded,
    @Args(() => NotificationAddedArgs) _args: NotificationAddedArgs,
  ): NotificationAddedType {
    return event;
  }
}
