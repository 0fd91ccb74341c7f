import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import { AskedAnew } from "../../foundation/graphql.js";
import type { ImportableApp, ImportService } from "./import.service.js";
import { ImportableAppType, ImportAppsInputType, ImportAppsPayload } from "./import.type.js";

@Resolver(() => ImportableAppType)
export class ImportResolver {
  constructor(private readonly service: ImportService) {}

  @AskedAnew
  @Query(() => [ImportableAppType], {
    description: "The Deployments of a namespace that could become apps, by name. Needs `app:create` and `app:review`.",
  })
  importableApps(
    @Ctx() { actor }: Context,
    @Arg("namespace", () => ID, { description: "The namespace's id." }) namespace: string,
  ): Promise<ImportableApp[]> {
    return this.service.importable(actor, namespace);
  }

  @Mutation(() => ImportAppsPayload, {
    description:
      "Takes Deployments that run already under the platform's care, with the Service and Ingress of their name, and approves them as they are. No pod is restarted. Needs `app:create` and `app:review`, and `app:privilege` for what may run as root or keeps capabilities, as every Deployment does that says nothing of it.",
  })
  async importApps(
    @Ctx() { actor }: Context,
    @Arg("input", () => ImportAppsInputType, { description: "Which ones." }) input: ImportAppsInputType,
  ): Promise<ImportAppsPayload> {
    const { entity: apps, cursor } = await this.service.import(actor, input);
    return { apps, cursor };
  }
}
