import { decodeCursor } from "../../kernel/page.js";
import { connect, type ConnectionSource, type PageArgs } from "./graphql.js";
import type { Loaders } from "./loaders.js";
import type { KeysetPage } from "./read-model.js";

/** A list that belongs to an app, newest first, which is read and counted for several apps at once. */
export interface ListOfApps<T> {
  readonly read: (appIds: readonly string[], slice: KeysetPage) => Promise<ReadonlyMap<string, readonly T[]>>;
  readonly count: (appIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

/** A page of one app's list. The pages of all apps in a response take one statement; `name` identifies the list. */
export function connectOfApp<T extends { readonly id: string }>(
  loaders: Loaders,
  { name, appId, page }: { readonly name: string; readonly appId: string; readonly page: PageArgs },
  list: ListOfApps<T>,
): Promise<ConnectionSource<T>> {
  const [after] = decodeCursor(page.after, 1) ?? [];
  return connect(page, {
    position: ({ id }) => [id],
    read: (limit) =>
      loaders.batch(`${limit} ${name} after ${after ?? ""}`, appId, (ids) => list.read(ids, { after, limit })),
    count: () => loaders.batch(`number of ${name}`, appId, (ids) => list.count(ids)),
  });
}
