import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, Cursor, MutationPayload, PageArgs, RepeatableInput } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import type { Notification } from "./notification.entity.js";

@ObjectType("Notification", { implements: NodeType, description: "One message to you." })
export class NotificationType
  extends NodeType
  implements Pick<Notification, "id" | "title" | "body" | "subjectId" | "createdAt" | "readAt">
{
  @Field(() => String, { description: "What happened, in a line." })
  readonly title!: string;
  @Field(() => String, { description: "More about it." })
  readonly body!: string;
  @Field(() => ID, { nullable: true, description: "What it is about: an id that `node` finds." })
  readonly subjectId!: string | null;
  @Field(() => Date, { description: "When it was written." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When you read it." })
  readonly readAt!: Date | null;
}
export const NotificationConnection = connectionOf(
  "Notification",
  () => NotificationType,
  "your notifications, newest first",
);

@ArgsType()
export class NotificationsArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: "Only those that you have not read." })
  readonly unreadOnly?: boolean | null;
}

@ArgsType()
export class NotificationAddedArgs {
  @Field(() => Cursor, {
    nullable: true,
    description:
      "Only what comes after this event, or after a notification whose id is given. From now on when it is not given; to miss nothing even if the stream is cut before its first event, begin with the newest of `notifications`, or with the cursor of the newest edge of `journal`.",
  })
  readonly after?: string | null;
}

@ObjectType("NotificationAdded", { description: "A notification that arrived." })
export class NotificationAddedType {
  @Field(() => NotificationType, { description: "The notification." })
  readonly notification!: Notification;
  @Field(() => Cursor, { description: "Give it as `after` to go on behind this one." })
  readonly cursor!: string;
}

@InputType({ description: "Which notifications." })
export class MarkNotificationsReadInput extends RepeatableInput {
  @Field(() => [ID], { nullable: true, description: "Their ids; without them, all of yours." })
  readonly ids?: string[] | null;
}

@ObjectType("MarkNotificationsReadPayload", { description: "Your inbox as it is now." })
export class MarkNotificationsReadPayload extends MutationPayload {
  @Field(() => Int, { description: "How many are still unread." })
  readonly unreadCount!: number;
}
