import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { AppPayload, AppType } from "../app/app.type.js";
import type { Context } from "../../foundation/context.js";
import type { RetirementService } from "./retirement.service.js";
import { RetireAppInput } from "./retirement.type.js";

@Resolver(() => AppType)
export class RetirementResolver {
  constructor(private readonly service: RetirementService) {}

  @Mutation(() => AppPayload, {
    description:
      "Retires an app: its objects in the cluster and its job on the build server are removed in the background. Its history stays readable. Needs `app:retire`.",
  })
  async retireApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => RetireAppInput, { description: "The app to retire, and its name as confirmation." })
    input: RetireAppInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.retire(actor, input);
    return { app, cursor };
  }
}
