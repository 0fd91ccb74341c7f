import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import type { TemplateName } from "../../../rendering/template-kinds.js";
import { Cursor, EditInput, PageArgs, RepeatableInput } from "../../foundation/graphql.js";
import type { TemplateFilter } from "./template.reader.js";
import { TemplateKind } from "./template-kind.type.js";
import { Text } from "../../foundation/text-bound.js";

/** More characters than a template may have, because that limit is reported with line and column. */
const templateSource = { most: 400_000, content: "ANYTHING" } as const;

@InputType({ description: "Conditions that the returned templates must meet." })
export class TemplateFilterInput implements TemplateFilter {
  @Field(() => [TemplateKind], { nullable: true, description: "Returns only templates of these kinds." })
  readonly kinds?: TemplateName[] | null;
  @Field(() => ID, { nullable: true, description: "Returns only templates of this namespace and its apps." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Returns only templates of this app." })
  readonly appId?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Includes archived templates when true." })
  readonly archived?: boolean | null;
}

@ArgsType()
export class TemplatesArgs extends PageArgs {
  @Field(() => TemplateFilterInput, { nullable: true, description: "Conditions that the templates must meet." })
  readonly filter?: TemplateFilterInput | null;
}

@ArgsType()
export class TemplateVersionsArgs extends PageArgs {
  @Field(() => ID, { description: "The id of the template." })
  readonly template!: string;
}

@ArgsType()
export class CompareTemplateVersionsArgs {
  @Field(() => ID, { description: "The id of the template." })
  readonly template!: string;
  @Field(() => Int, { description: "The number of the old version; 0 for the platform's seed." })
  readonly from!: number;
  @Field(() => Int, { description: "The number of the new version; 0 for the platform's seed." })
  readonly to!: number;
}

@ArgsType()
export class TemplateImpactArgs {
  @Field(() => ID, { description: "The id of the template whose draft is checked." })
  readonly template!: string;
  @Field(() => Cursor, { nullable: true, description: "Returns only events after this cursor." })
  readonly after?: string | null;
}

@ArgsType()
export class PreviewTemplateArgs {
  @Field(() => TemplateKind, { description: "The kind of template to preview." })
  readonly kind!: TemplateName;
  @Text(templateSource)
  @Field(() => String, { description: "The template's source, in Handlebars." })
  readonly source!: string;
  @Field(() => ID, { nullable: true, description: "The id of the app to render; sample data when omitted." })
  readonly app?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether to use the sample without any optional field.",
  })
  readonly least?: boolean | null;
}

@InputType("CreateTemplateInput", { description: "A new template, and where it becomes effective." })
export class CreateTemplateInputType extends RepeatableInput {
  @Field(() => TemplateKind, { description: "The kind of template, which says what it renders." })
  readonly kind!: TemplateName;
  @Field(() => ID, { nullable: true, description: "Limits the template to this namespace and its apps." })
  readonly namespaceId?: string | null;
  @Field(() => ID, { nullable: true, description: "Limits the template to this app." })
  readonly appId?: string | null;
  @Text(templateSource)
  @Field(() => String, {
    nullable: true,
    description: "The draft's source; defaults to the source that is effective there now.",
  })
  readonly source?: string | null;
  @Text({ content: "LINES" })
  @Field(() => String, { nullable: true, description: "What the template is for; at most 500 characters." })
  readonly note?: string | null;
}

@InputType({ description: "The template to change, and its expected version." })
export class TemplateInput extends EditInput {}

@InputType({ description: "The template and its new draft." })
export class SaveTemplateDraftInput extends EditInput {
  @Text(templateSource)
  @Field(() => String, { description: "The template's source, in Handlebars." })
  readonly source!: string;
  @Text({ content: "LINES" })
  @Field(() => String, { nullable: true, description: "What changed, in at most 500 characters." })
  readonly note?: string | null;
}

@InputType({ description: "The template, and the version to restore." })
export class RestoreTemplateVersionInput extends EditInput {
  @Field(() => Int, { description: "The number of the version to restore." })
  readonly number!: number;
}
