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
      "Ends an app: everything of it in the cluster and on the build server is removed in the background. What happened stays readable. Needs `app:retire`.",
  })
  async retireApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => RetireAppInput, { description: "Which app." }) input: RetireAppInput,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.retire(actor, input);
    return { app, cursor };
  }
}
