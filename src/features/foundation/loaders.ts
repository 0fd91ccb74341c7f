import type { EntityClass } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import type { Filter } from "./filter.js";
import type { ReadModel } from "./read-model.js";

/** A look-up by key, which one statement answers for many keys. Its module declares it once, as a constant. */
export interface LoaderDefinition<T> {
  readonly load: (readModel: ReadModel, keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
}

/** Loads by key; keys that are requested in the same turn share one batch. */
export interface Loader<T> {
  load(key: string): Promise<T>;
}

/**
 * Batches the look-ups of one operation: one SQL statement per kind of look-up and level of the response, however long
 * the list.
 */
export class Loaders {
  private readonly loaders = new Map<unknown, DataLoader<string, unknown>>();

  constructor(private readonly readModel: ReadModel) {}

  /** Entities by their ids; null when there is none. */
  byId<T extends { readonly id: string }>(entity: EntityClass<T>): Loader<T | null> {
    return this.loader(entity, async (ids) => {
      const found = new Map((await this.readModel.byIds(entity, ids)).map((each) => [each.id, each]));
      return ids.map((id) => found.get(id) ?? null);
    });
  }

  /** The look-up that a module has declared; null for a key without a result. */
  of<T>(definition: LoaderDefinition<T>): Loader<T | null> {
    return this.loader(definition, async (keys) => {
      const found = await definition.load(this.readModel, keys);
      return keys.map((key) => found.get(key) ?? null);
    });
  }

  /**
   * A look-up that depends on more than its key, such as the actor's rights or a page. `name` identifies everything
   * else that the result depends on. An error in the place of a result is thrown for that key only.
   */
  batch<T>(
    name: string,
    key: string,
    load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T | Error>>,
  ): Promise<T> {
    const loader = this.loader(name, async (keys): Promise<(T | Error)[]> => {
      const found = await load(keys);
      return keys.map((each) => found.get(each)!);
    });
    return loader.load(key);
  }

  private loader<T>(of: unknown, batch: (keys: readonly string[]) => Promise<(T | Error)[]>): Loader<T> {
    const found = (this.loaders.get(of) as DataLoader<string, T> | undefined) ?? new DataLoader<string, T>(batch);
    this.loaders.set(of, found);
    return found;
  }
}

/** The newest entity of each app that fulfils the conditions, by the id of the app. */
export const newestOfApp = <T>(entity: EntityClass<T>, filter: Filter<T> = (query) => query): LoaderDefinition<T> => ({
  load: async (readModel, appIds) => {
    const newest = await readModel.newestOfApps(entity, appIds, filter, { limit: 1 });
    return new Map([...newest].flatMap(([id, [first]]) => (first ? [[id, first]] : [])));
  },
});
