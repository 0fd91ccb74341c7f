import { defineEntity, p } from "@mikro-orm/postgresql";

const NotificationSchema = defineEntity({
  name: "Notification",
  tableName: "notification",
  properties: {
    id: p.text().primary(),
    memberId: p.text(),
    journalEntryId: p.text(),
    journalPosition: p.bigint("number"),
    title: p.text(),
    body: p.text(),
    subjectId: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    readAt: p.datetime().nullable(),
  },
});

/** One notification of one member. */
export class Notification extends NotificationSchema.class {}
NotificationSchema.setClass(Notification);
