import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, Cursor, MutationPayload, PageArgs, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import type { Notification } from "./notification.entity.js";

@ObjectType("Notification", { implements: NodeType, description: "A message of the platform to one member." })
export class NotificationType
  extends NodeType
  implements Pick<Notification, "id" | "title" | "body" | "subjectId" | "createdAt" | "readAt">
{
  @Field(() => String, { description: "One line that says what happened." })
  readonly title!: string;
  @Field(() => String, { description: "The text of the notification." })
  readonly body!: string;
  @Field(() => ID, { nullable: true, description: "The id of the object that the notification is about, for `node`." })
  readonly subjectId!: string | null;
  @Field(() => Date, { description: "When the notification was created." })
  readonly createdAt!: Date;
  @Field(() => Date, {
    nullable: true,
    description: "When you marked the notification as read; null while it is unread.",
  })
  readonly readAt!: Date | null;
}
export const NotificationConnection = connectionOf(
  "Notification",
  () => NotificationType,
  "your notifications, newest first",
);

@ArgsType()
export class NotificationsArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: "Returns only notifications that you have not read." })
  readonly unreadOnly?: boolean | null;
}

@ArgsType()
export class NotificationAddedArgs {
  @Field(() => Cursor, {
    nullable: true,
    description:
      "Returns only events after this cursor, or after the notification with this id. Without it, the stream begins now. To miss nothing even if the connection is lost before the first event, pass the id of the newest of `notifications` or the cursor of the newest edge of `journal`.",
  })
  readonly after?: string | null;
}

@ObjectType("NotificationAdded", { description: "An event that carries one new notification." })
export class NotificationAddedType {
  @Field(() => NotificationType, { description: "The notification that was created." })
  readonly notification!: Notification;
  @Field(() => Cursor, { description: "The event's cursor. Pass it as `after` to continue with the next event." })
  readonly cursor!: string;
}

@InputType({ description: "The notifications to mark as read." })
export class MarkNotificationsReadInput extends RepeatableInput {
  @Field(() => [ID], { nullable: true, description: "The ids of the notifications; all of yours when omitted." })
  readonly ids?: string[] | null;
}

@ObjectType("MarkNotificationsReadPayload", { description: "The state of your notifications after the change." })
export class MarkNotificationsReadPayload extends MutationPayload {
  @Field(() => Int, { description: "The number of notifications that are still unread." })
  readonly unreadCount!: number;
}
