import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import type { Context } from "../../foundation/context.js";
import { NoCache } from "../../foundation/graphql.js";
import type { ImportableApp, ImportService } from "./import.service.js";
import { ImportableAppType, ImportAppsInputType, ImportAppsPayload } from "./import.type.js";

@Resolver(() => ImportableAppType)
export class ImportResolver {
  constructor(private readonly service: ImportService) {}

  @NoCache
  @Query(() => [ImportableAppType], {
    description:
      "The Deployments of a namespace that are not apps yet, sorted by name. Needs `app:create` and `app:review`.",
  })
  importableApps(
    @Ctx() { actor }: Context,
    @Arg("namespace", () => ID, { description: "The id of the namespace." }) namespace: string,
  ): Promise<ImportableApp[]> {
    return this.service.importable(actor, namespace);
  }

  @Mutation(() => ImportAppsPayload, {
    description:
      "Imports running Deployments as apps, with the Service and the Ingress of the same name, and approves them as they are. No pod is restarted. Needs `app:create` and `app:review`, and `app:privilege` for a Deployment that may run as root or keeps capabilities, as one without a security context does.",
  })
  async importApps(
    @Ctx() { actor }: Context,
    @Arg("input", () => ImportAppsInputType, { description: "The Deployments to import as apps." })
    input: ImportAppsInputType,
  ): Promise<ImportAppsPayload> {
    const { entity: apps, cursor } = await this.service.import(actor, input);
    return { apps, cursor };
  }
}
