import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import type { TemplateName } from "../../../rendering/template-kinds.js";
import { Cursor, EditInput, PageArgs, RepeatableInput } from "../../foundation/graphql.js";
import type { TemplateFilter } from "./template.reader.js";
import { TemplateKind } from "./template-kind.type.js";
import { Text } from "../../foundation/text-bound.js";

/** More than a template may have, which is told with its line and column. */
const templateSource = { most: 400_000, content: "ANYTHING" } as const;

@InputType({ description: "Which templates." })
export class TemplateFilterInput implements TemplateFilter {
  @Field(() => [TemplateKind], { nullable: true, description: "Only of these kinds." })
  readonly kinds?: TemplateName[] | null;
  @Field(() => ID, { nullable: true, description: "Only of this namespace and its apps." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only of this app." })
  readonly appId?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Also archived ones." })
  readonly archived?: boolean | null;
}

@ArgsType()
export class TemplatesArgs extends PageArgs {
  @Field(() => TemplateFilterInput, { nullable: true, description: "Which ones." })
  readonly filter?: TemplateFilterInput | null;
}

@ArgsType()
export class TemplateVersionsArgs extends PageArgs {
  @Field(() => ID, { description: "The template." })
  readonly template!: string;
}

@ArgsType()
export class CompareTemplateVersionsArgs {
  @Field(() => ID, { description: "The template." })
  readonly template!: string;
  @Field(() => Int, { description: "The number of the old version; 0 for the source that came with the platform." })
  readonly from!: number;
  @Field(() => Int, { description: "The number of the new version; 0 for the source that came with the platform." })
  readonly to!: number;
}

@ArgsType()
export class TemplateImpactArgs {
  @Field(() => ID, { description: "The template whose draft is looked at." })
  readonly template!: string;
  @Field(() => Cursor, { nullable: true, description: "Only what comes behind this event." })
  readonly after?: string | null;
}

@ArgsType()
export class PreviewTemplateArgs {
  @Field(() => TemplateKind, { description: "What it is to make." })
  readonly kind!: TemplateName;
  @Text(templateSource)
  @Field(() => String, { description: "The source, in Handlebars." })
  readonly source!: string;
  @Field(() => ID, { nullable: true, description: "The app that it is tried on; a made-up one when it is not given." })
  readonly app?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Of the made-up ones, the one that has nothing that an app may leave out.",
  })
  readonly least?: boolean | null;
}

@InputType("CreateTemplateInput", { description: "A new template, and where it is to be in force." })
export class CreateTemplateInputType extends RepeatableInput {
  @Field(() => TemplateKind, { description: "What it makes." })
  readonly kind!: TemplateName;
  @Field(() => ID, { nullable: true, description: "Only for this namespace and its apps." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Only for this app." })
  readonly appId?: string | null;
  @Text(templateSource)
  @Field(() => String, {
    nullable: true,
    description: "The draft's source; what is in force there now when it is not given.",
  })
  readonly source?: string | null;
  @Text({ content: "LINES" })
  @Field(() => String, { nullable: true, description: "What it is for; at most 500 characters." })
  readonly note?: string | null;
}

@InputType({ description: "Which template." })
export class TemplateInput extends EditInput {}

@InputType({ description: "Which template, and its draft." })
export class SaveTemplateDraftInput extends EditInput {
  @Text(templateSource)
  @Field(() => String, { description: "The source, in Handlebars." })
  readonly source!: string;
  @Text({ content: "LINES" })
  @Field(() => String, { nullable: true, description: "What changed; at most 500 characters." })
  readonly note?: string | null;
}

@InputType({ description: "Which version of which template." })
export class RestoreTemplateVersionInput extends EditInput {
  @Field(() => Int, { description: "The number of the version." })
  readonly number!: number;
}
