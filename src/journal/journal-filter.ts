/**
 * The entries that a reader wants. `visible` limits them to what the reader may see: everything, or entries about these
 * namespaces and the reader's own actions.
 */
export interface JournalFilter {
  readonly visible: "ALL" | { readonly namespaceIds: "ALL" | readonly string[]; readonly actorId: string };
  readonly id?: string;
  readonly namespaceId?: string;
  readonly appId?: string;
  readonly events?: readonly string[];
}

/** The fields that a filter checks. */
export interface Filtered {
  readonly id: string;
  readonly event: string;
  readonly actorId: string | null;
  readonly namespaceId: string | null;
  readonly appId: string | null;
}

/** The filter as SQL conditions on `journal_entry`. They accept the same entries as `admits`: change both or none. */
export function conditions(filter: JournalFilter): { where: string[]; values: unknown[] } {
  const where = ["position is not null"];
  const values: unknown[] = [];
  const add = (condition: string, ...given: unknown[]): void => {
    where.push(condition);
    values.push(...given);
  };
  if (filter.visible !== "ALL") {
    const { namespaceIds, actorId } = filter.visible;
    if (namespaceIds === "ALL") add("(namespace_id is not null or actor_id = ?)", actorId);
    else add("(namespace_id = any(?::text[]) or actor_id = ?)", `{${namespaceIds.join(",")}}`, actorId);
  }
  if (filter.id !== undefined) add("id = ?", filter.id);
  if (filter.namespaceId !== undefined) add("namespace_id = ?", filter.namespaceId);
  if (filter.appId !== undefined) add("app_id = ?", filter.appId);
  if (filter.events && filter.events.length > 0) {
    add(`event in (${filter.events.map(() => "?").join(", ")})`, ...filter.events);
  }
  return { where, values };
}

/** Whether the filter accepts an entry. */
export function admits({ visible, id, namespaceId, appId, events }: JournalFilter, entry: Filtered): boolean {
  return (
    isVisible(visible, entry) &&
    (id === undefined || entry.id === id) &&
    (namespaceId === undefined || entry.namespaceId === namespaceId) &&
    (appId === undefined || entry.appId === appId) &&
    (!events || events.length === 0 || events.includes(entry.event))
  );
}

function isVisible(visible: JournalFilter["visible"], entry: Filtered): boolean {
  if (visible === "ALL") return true;
  const { namespaceIds, actorId } = visible;
  if (entry.actorId === actorId) return true;
  if (entry.namespaceId === null) return false;
  return namespaceIds === "ALL" || namespaceIds.includes(entry.namespaceId);
}
