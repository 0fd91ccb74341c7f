import type { ContainerType } from "type-graphql";

/** Hands type-graphql the resolvers that compose built; it never builds one itself. Throws when a class has no instance. */
export function resolverContainer(resolvers: readonly object[], classes: readonly Function[]): ContainerType {
  const byClass = new Map<unknown, object>(resolvers.map((resolver) => [resolver.constructor, resolver]));
  for (const { name } of classes.filter((each) => !byClass.has(each))) throw new Error(`No area has built a ${name}.`);
  for (const { constructor } of resolvers)
    if (!classes.includes(constructor)) throw new Error(`${constructor.name} is not among the resolver classes.`);
  return { get: (wanted) => byClass.get(wanted) };
}
