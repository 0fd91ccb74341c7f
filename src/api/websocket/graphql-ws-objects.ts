/*
 * What graphql-ws 6.4.2 does and does not promise: it takes a message that is parsed already as it takes a text, hands the same
 * objects to its hooks, and keeps them as long as a subscription runs. Emptied, they do not hold a document of up to 50,000
 * characters for each of thousands of subscriptions. Its types say `string`, and that the objects are read-only.
 */

/** A message that is parsed already. graphql-ws then keeps no text of it. */
export const asMessage = (parsed: object): string => parsed as unknown as string;

/** Empties a property that graphql-ws reads no more. */
export function forget<T>(from: T, property: keyof T): void {
  from[property] = undefined as never;
}
