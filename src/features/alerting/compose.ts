import type { Area } from "../foundation/area.js";
import type { Dependencies } from "../foundation/dependencies.js";
import { Notification } from "./notification/notification.entity.js";
import { notificationKey, NotificationReconciler } from "./notification/notification.reconciler.js";
import { NotificationReader } from "./notification/notification.reader.js";
import { NotificationResolver } from "./notification/notification.resolver.js";
import { NotificationService } from "./notification/notification.service.js";

/** What members are notified of. */
export const alerting: Area<Dependencies> = {
  entities: [Notification],
  resolverClasses: [NotificationResolver],
  journalReaders: [notificationKey],
  operations: ({ fork, readModel, mutations, pubSub, clock }) => {
    const notifications = new NotificationReader(fork, readModel, pubSub);
    return {
      resolvers: [new NotificationResolver(new NotificationService(mutations, clock), notifications)],
      streamSources: [notifications],
      nodes: { Notification: ({ actor }, id) => notifications.notification(actor, id) },
    };
  },
  work: ({ journal, newId }) => ({ reconcilers: [new NotificationReconciler(journal, newId)] }),
};
