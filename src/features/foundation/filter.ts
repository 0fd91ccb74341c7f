import { sql, type RawBuilder } from "kysely";
import type { EntityQuery } from "./entity-query.js";

/** Adds conditions to a statement, and where a list needs it, an order and a limit. */
export type Filter<T> = (query: EntityQuery<T>) => EntityQuery<T>;

/** What these conditions compare: a property that holds text. */
type Text = string | null | undefined;

/** For `where(property, "=", anyOf(values))`: one parameter, so the text of the statement does not depend on how many there are. */
export const anyOf = <V>(values: readonly V[]): RawBuilder<V> => sql<V>`any(${values})`;

/** The property has this value; without a value, any. */
export const ifGiven =
  <P extends string>(property: P, value: string | null | undefined) =>
  <T extends { readonly [name in P]: Text }>(query: EntityQuery<T>): EntityQuery<T> =>
    value ? query.where(sql.ref(property), "=", value) : query;

/** The property has one of these values; for ALL, any. */
export const oneOf =
  <P extends string>(property: P, values: "ALL" | readonly string[]) =>
  <T extends { readonly [name in P]: Text }>(query: EntityQuery<T>): EntityQuery<T> =>
    values === "ALL" ? query : query.where(sql.ref(property), "=", anyOf(values));

/** What belongs to an app of one of these namespaces. */
export const inAppsOf =
  (namespaceIds: "ALL" | readonly string[]) =>
  <T extends { readonly appId: Text }>(query: EntityQuery<T>): EntityQuery<T> =>
    namespaceIds === "ALL"
      ? query
      : query.where(sql<boolean>`app_id in (select id from app where namespace_id = any(${namespaceIds}))`);

/** What follows in a list that is ordered by this property; without a position, all of it. */
export const behind =
  <P extends string>(property: P, position: string | undefined) =>
  <T extends { readonly [name in P]: Text }>(query: EntityQuery<T>): EntityQuery<T> =>
    position === undefined ? query : query.where(sql.ref(property), ">", position);

/** What is of one of these namespaces, or of none: that is for everybody who may read a namespace at all. */
export const inNamespacesOrNone =
  (namespaceIds: "ALL" | readonly string[]) =>
  <T extends { readonly namespaceId: Text }>(query: EntityQuery<T>): EntityQuery<T> =>
    namespaceIds === "ALL" ? query : query.where(ofNamespacesOrNone(namespaceIds));

/** The same as an expression, for another table of these columns. */
export const ofNamespacesOrNone = (namespaceIds: readonly string[]): RawBuilder<boolean> =>
  sql`(namespace_id = any(${namespaceIds}) or namespace_id is null and cardinality(${namespaceIds}::text[]) > 0)`;
