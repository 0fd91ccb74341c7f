import type { GraphQLSchema } from "graphql";
import { Contexts } from "../api/authentication/authentication.js";
import { RateLimitResolver } from "../api/pricing/rate-limit.resolver.js";
import { NodeResolver } from "../api/schema/node.resolver.js";
import { StreamSources } from "../features/foundation/context.js";
import type { DownloadSource } from "../features/foundation/download.js";
import { Loaders } from "../features/foundation/loaders.js";
import { areas } from "./areas.js";
import type { ServerDependencies } from "./server-dependencies.js";
import { publicSchema } from "./public-schema.js";

/** What the API serves, by whatever protocol. */
export interface Operations {
  readonly schema: GraphQLSchema;
  readonly contexts: Contexts;
  readonly downloads: readonly DownloadSource[];
}

/** Builds the operations of every area. */
export async function composeOperations(dependencies: ServerDependencies): Promise<Operations> {
  const operations = areas.map((area) => area.operations(dependencies));
  const resolvers = operations.flatMap((each) => each.resolvers);
  const streams = new StreamSources(operations.flatMap((each) => each.streamSources ?? []));
  const newLoaders = (): Loaders => new Loaders(dependencies.readModel);
  return {
    schema: await publicSchema([new NodeResolver(operations), new RateLimitResolver(), ...resolvers]),
    contexts: new Contexts(dependencies.sessions, newLoaders, streams),
    downloads: operations.flatMap((each) => each.downloads ?? []),
  };
}
