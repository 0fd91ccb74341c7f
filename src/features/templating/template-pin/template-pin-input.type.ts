import { ArgsType, Field, ID, InputType } from "type-graphql";
import { PageArgs, RepeatableInput } from "../../foundation/graphql.js";
import type { TemplatePinFilter } from "./template-pin.reader.js";

@InputType({ description: "Conditions that the returned pins must meet." })
export class TemplatePinFilterInput implements TemplatePinFilter {
  @Field(() => ID, { nullable: true, description: "Returns only pins of versions of this template." })
  readonly templateId?: string | null;
  @Field(() => ID, { nullable: true, description: "Returns only pins of this namespace and its apps." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Returns only pins of this app." })
  readonly appId?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Includes ended pins when true." })
  readonly ended?: boolean | null;
}

@ArgsType()
export class TemplatePinsArgs extends PageArgs {
  @Field(() => TemplatePinFilterInput, { nullable: true, description: "Conditions that the pins must meet." })
  readonly filter?: TemplatePinFilterInput | null;
}

@InputType("PinTemplateInput", { description: "The version to pin, and the namespace or the app that stays with it." })
export class PinTemplateInputType extends RepeatableInput {
  @Field(() => ID, { description: "The id of the published version to pin." })
  readonly versionId!: string;
  @Field(() => ID, { nullable: true, description: "The id of the namespace; may be omitted for an app." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "The id of the only app that is pinned." })
  readonly appId?: string | null;
}

@InputType({ description: "The pin to end." })
export class UnpinTemplateInput extends RepeatableInput {
  @Field(() => ID, { description: "The id of the pin." })
  readonly id!: string;
}
