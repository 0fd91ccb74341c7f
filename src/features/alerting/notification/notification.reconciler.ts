import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { NewId } from "../../../kernel/ids.js";
import type { JournalEntry, JournalTail } from "../../../journal/journal-tail.js";
import { requeueAfter, done, type ReconcileContext, type Outcome, type Reconciler } from "../../../work/reconciler.js";
import { App } from "../../delivery/app/app.entity.js";
import { messageOf, type Message } from "./notification.rules.js";

const readerName = "notifications";
const batchSize = 200;

/** The one key of this kind: the journal as a whole. */
export const notificationKey = { kind: "notification", key: "journal" } as const;

/**
 * Reads the journal to its end and writes each notification once: the position and the notifications are one commit,
 * and no member gets two notifications of one entry.
 */
export class NotificationReconciler implements Reconciler {
  readonly kind = notificationKey.kind;

  constructor(
    private readonly journal: JournalTail,
    private readonly newId: NewId,
  ) {}

  async reconcile(_key: string, context: ReconcileContext): Promise<Outcome> {
    const read = await context.commit(async (em) => {
      await em.execute(`insert into journal_reader (name) values (?) on conflict do nothing`, [readerName]);
      const [reader] = await em.execute<{ position: string }[]>(
        `select position from journal_reader where name = ? for update`,
        [readerName],
      );
      const entries = await this.journal.read(
        { visible: "ALL" },
        { after: Number(reader!.position), limit: batchSize },
        em,
      );
      for (const entry of entries) await this.notify(em, entry);
      const last = entries.at(-1);
      if (last) await em.execute(`update journal_reader set position = ? where name = ?`, [last.position, readerName]);
      return entries.length;
    });
    return read === batchSize ? requeueAfter(0) : done;
  }

  private async notify(em: SqlEntityManager, entry: JournalEntry): Promise<void> {
    const app = entry.appId === null ? null : await em.findOne(App, entry.appId);
    const message = app && messageOf(entry, app.displayName);
    if (!message) return;
    for (const memberId of await this.recipients(em, entry, app, message)) {
      await em.execute(
        `insert into notification (id, member_id, journal_entry_id, journal_position, title, body, subject_id)
         values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
        [this.newId("Notification"), memberId, entry.id, entry.position, message.title, message.body, entry.subjectId],
      );
      await em.execute(`select pg_notify('orrery', ?)`, [`notification:${memberId}`]);
    }
  }

  /** All active members whom the entry concerns, except its actor. */
  private async recipients(em: SqlEntityManager, entry: JournalEntry, app: App, message: Message): Promise<string[]> {
    const rows = await em.execute<{ id: string }[]>(
      `select m.id from member m where m.state = 'ACTIVE' and m.id is distinct from ? and (
         m.id = any(?::text[])
         or (? and (m.id = ? or m.id in (select submitted_by from review where app_id = ?)))
         or (? and exists (select 1 from role_grant g where g.member_id = m.id and g.role = 'ADMINISTRATOR' and (g.namespace_id is null or g.namespace_id = ?)))
       ) order by m.id`,
      [
        entry.actorKind === "MEMBER" ? entry.actorId : null,
        `{${message.to.join(",")}}`,
        message.toAppPeople,
        app.createdBy,
        app.id,
        message.toReviewers,
        app.namespaceId,
      ],
    );
    return rows.map(({ id }) => id);
  }
}
