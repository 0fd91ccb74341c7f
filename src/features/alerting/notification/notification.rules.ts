import { escapeHidden } from "../../../kernel/visible-text.js";
import type { JournalEntry } from "../../../journal/journal-tail.js";

/** A notification about a journal entry, and its recipients. */
export interface Message {
  readonly title: string;
  readonly body: string;
  /** Recipients by id; `toAppPeople` adds the app's members, `toReviewers` those who may review it. */
  readonly to: readonly string[];
  readonly toAppPeople: boolean;
  readonly toReviewers: boolean;
}

/** The text with hidden characters escaped, which an upstream or an old name may contain. */
export const shownMessage = <T extends Pick<Message, "title" | "body">>({
  title,
  body,
}: T): Pick<T, "title" | "body"> => ({
  title: escapeHidden(title, "LINE"),
  body: escapeHidden(body, "LINES"),
});

type Write = (
  entry: JournalEntry,
  app: string,
  data: Readonly<Record<string, unknown>>,
) => Omit<Message, "to" | "toAppPeople" | "toReviewers"> & Partial<Message>;

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** The events that cause notifications, and their texts. */
const messages: Readonly<Record<string, Write>> = {
  "app.submitted": (entry, app) => ({
    title: `${app} waits for a review`,
    body: `${entry.actorName} submitted revision ${text(entry.data["revision"])}.`,
    toAppPeople: false,
    toReviewers: true,
  }),
  "app.approved": (entry, app) => ({
    title: `${app} was approved`,
    body: `${entry.actorName} approved revision ${text(entry.data["revision"])}.`,
  }),
  "app.rejected": (entry, app, { reason }) => ({
    title: `${app} was rejected`,
    body: `${entry.actorName} says: ${text(reason)}`,
  }),
  "build.succeeded": (_entry, app, { number, image }) => ({
    title: `Build ${text(number)} of ${app} succeeded`,
    body: `It made the image ${text(image)}.`,
  }),
  "build.failed": (_entry, app, { number, reason }) => ({
    title: `Build ${text(number)} of ${app} failed`,
    body: text(reason),
  }),
  "build.aborted": (_entry, app, { number }) => ({
    title: `Build ${text(number)} of ${app} was aborted`,
    body: "It was stopped before it was over.",
  }),
  "rollout.succeeded": (_entry, app, { number }) => ({
    title: `Rollout ${text(number)} of ${app} succeeded`,
    body: "The release is live.",
  }),
  "rollout.failed": (_entry, app, { number, reason }) => ({
    title: `Rollout ${text(number)} of ${app} failed`,
    body: text(reason),
  }),
};

/** The notification about this entry; undefined when nobody is notified. */
export function messageOf(entry: JournalEntry, app: string): Message | undefined {
  const write = messages[entry.event];
  if (!write) return undefined;
  const asked = entry.data["requestedBy"];
  const { title, body, ...recipients } = write(entry, app, entry.data);
  return {
    to: typeof asked === "string" ? [asked] : [],
    toAppPeople: true,
    toReviewers: false,
    ...recipients,
    ...shownMessage({ title, body }),
  };
}
