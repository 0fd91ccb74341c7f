import { Args, Resolver, Root, Subscription } from "type-graphql";
import { stream } from "../../foundation/context.js";
import { type TemplateImpact, TemplateImpacts } from "./template-impact.js";
import { TemplateImpactArgs } from "./template-input.type.js";
import { TemplateImpactType } from "./template.type.js";

@Resolver(() => TemplateImpactType)
export class TemplateImpactResolver {
  @Subscription(() => TemplateImpactType, {
    description:
      "Which apps publishing a template's draft would change, each with what would differ, and in between how far the look is; ends when all were looked at. After a cut, go on with the last event's cursor. Needs `template:manage`.",
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
