import { decodeCursor } from "../../kernel/page.js";
import { connect, type ConnectionSource, type PageArgs } from "./graphql.js";
import type { Loaders } from "./loaders.js";
import type { ListOfApps } from "./read-model.js";

/** A page of one app's list. The pages of all apps in a response take one statement, for which `list` is called once; `name` identifies the list. */
export function connectOfApp<T extends { readonly id: string }>(
  loaders: Loaders,
  { name, appId, page }: { readonly name: string; readonly appId: string; readonly page: PageArgs },
  list: () => ListOfApps<T>,
): Promise<ConnectionSource<T>> {
  const [after] = decodeCursor(page.after, 1) ?? [];
  return connect(page, {
    position: ({ id }) => [id],
    read: (limit) =>
      loaders.batch(`${limit} ${name} after ${after ?? ""}`, appId, (ids) => list().read(ids, { after, limit })),
    count: () => loaders.batch(`number of ${name}`, appId, (ids) => list().count(ids)),
  });
}
