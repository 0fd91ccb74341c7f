import { ArgsType, Field, ID, InputType } from "type-graphql";
import { PageArgs, RepeatableInput } from "../../foundation/graphql.js";
import type { TemplatePinFilter } from "./template-pin.reader.js";

@InputType({ description: "Which pins." })
export class TemplatePinFilterInput implements TemplatePinFilter {
  @Field(() => ID, { nullable: true, description: "Only of versions of this template." })
  readonly templateId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only of this namespace and its apps." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only of this app." })
  readonly appId?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Also those that are over." })
  readonly ended?: boolean | null;
}

@ArgsType()
export class TemplatePinsArgs extends PageArgs {
  @Field(() => TemplatePinFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: TemplatePinFilterInput | null;
}

@InputType("PinTemplateInput", { description: "Who stays with which version: a namespace with its apps, or one app." })
export class PinTemplateInputType extends RepeatableInput {
  @Field(() => ID, { description: "The version, which was published." })
  readonly versionId!: string;
  @Field(() => ID, { nullable: true, description: "The namespace; it need not be given for an app." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "The one app." })
  readonly appId?: string | null;
}

@InputType({ description: "Which pin." })
export class UnpinTemplateInput extends RepeatableInput {
  @Field(() => ID, { description: "The pin." })
  readonly id!: string;
}
