import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { RateLimitResolver } from "../api/pricing/rate-limit.resolver.js";
import { NodeResolver } from "../api/schema/node.resolver.js";
import { createSchema } from "../api/schema/schema.js";
import { areas } from "./areas.js";

const resolverClasses = [NodeResolver, RateLimitResolver, ...areas.flatMap((area) => area.resolverClasses)];

/** The schema that the API publishes. It can be executed with one resolver of each class; without them it can be read. */
export const publicSchema = (resolvers: readonly object[] = []): Promise<GraphQLSchema> =>
  createSchema(resolvers, resolverClasses);
