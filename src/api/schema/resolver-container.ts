import type { ContainerType } from "type-graphql";

/** Hands type-graphql the resolvers that `compose` built; it never builds one itself. */
export function resolverContainer(resolvers: readonly object[]): ContainerType {
  const byClass = new Map<unknown, object>(resolvers.map((resolver) => [resolver.constructor, resolver]));
  return {
    get(wanted) {
      const resolver = byClass.get(wanted);
      if (!resolver) throw new Error(`${wanted.name} is not in compose.ts`);
      return resolver;
    },
  };
}
