import { Args, Resolver, Root, Subscription } from "type-graphql";
import { stream } from "../../foundation/context.js";
import { type TemplateImpact, TemplateImpacts } from "./template-impact.js";
import { TemplateImpactArgs } from "./template-input.type.js";
import { TemplateImpactType } from "./template.type.js";

@Resolver(() => TemplateImpactType)
export class TemplateImpactResolver {
  @Subscription(() => TemplateImpactType, {
    description:
      "Streams the apps that publishing a template's draft would change, each with its differences, and the progress of the check; ends when all apps are checked. To resume, pass the last event's cursor. Needs `template:manage`.",
    subscribe: stream(({ streams, actor }, { template, after }: TemplateImpactArgs) =>
      streams.of(TemplateImpacts).of(actor, template, after),
    ),
  })
  templateImpact(
    @Root() impact: TemplateImpact,
    @Args(() => TemplateImpactArgs) _args: TemplateImpactArgs,
  ): TemplateImpact {
    return impact;
  }
}
