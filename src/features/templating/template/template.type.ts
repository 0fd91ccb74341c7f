import { Field, Int, ObjectType } from "type-graphql";
import type { TemplateName, TemplateUse } from "../../../rendering/template-kinds.js";
import type { LanguageName } from "../../../rendering/template.js";
import type { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import { connectionOf, Cursor, JsonObject, MutationPayload, publishEnum } from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import { TemplateLevel, type Template, type TemplateVersion } from "../template-source/template.entity.js";
import type { TemplatePin } from "../template-source/template-pin.entity.js";
import { ObjectChangeType } from "../../delivery/object-change/object-changes.type.js";
import { TextHunkType } from "../../delivery/object-change/text-hunk.type.js";
import { PublicTemplateUse, TemplateKind } from "./template-kind.type.js";
import type { TemplateImpact } from "./template-impact.js";
import type { TemplatePreview } from "./template-preview.js";

publishEnum(TemplateLevel, "TemplateLevel", "The level for which a template is effective. The narrowest level wins.", {
  SEED: "The platform's own template, effective where there is no other.",
  PLATFORM: "The template is for every app and namespace.",
  NAMESPACE: "The template is for one namespace and its apps.",
  APP: "The template is for one app.",
});

const TemplateLanguage = {
  YAML: "YAML",
  XML: "XML",
  SHELL: "SHELL",
  TEXT: "TEXT",
  HTML: "HTML",
  DOCKERFILE: "DOCKERFILE",
} as const;
publishEnum<LanguageName>(TemplateLanguage, "TemplateLanguage", "The language of a template's output.", {
  YAML: "YAML, as of Kubernetes objects.",
  XML: "XML, as of Jenkins jobs.",
  SHELL: "A POSIX shell script.",
  TEXT: "Plain text without a syntax.",
  HTML: "HTML in XML syntax, for e-mails.",
  DOCKERFILE: "The syntax of a Dockerfile.",
});

@ObjectType("TemplateVersion", {
  implements: NodeType,
  description: "A version of a template's source. A published version never changes.",
})
export class TemplateVersionType
  extends NodeType
  implements Pick<TemplateVersion, "id" | "number" | "source" | "note" | "createdAt" | "publishedAt">
{
  @Field(() => Int, { description: "The version's number, counted from 1 within the template." })
  readonly number!: number;
  @Field(() => String, { description: "The source of the version, in Handlebars." })
  readonly source!: string;
  @Field(() => String, { description: "The author's note about the version." })
  readonly note!: string;
  @Field(() => Date, { description: "When the version was last saved." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the version was published; null for a draft." })
  readonly publishedAt!: Date | null;
}
export const TemplateVersionConnection = connectionOf(
  "TemplateVersion",
  () => TemplateVersionType,
  "a template's versions, newest first",
);

@ObjectType("Template", {
  implements: NodeType,
  description:
    "A template of an administrator that overrides the platform's seed for everyone, one namespace or one app.",
})
export class TemplateType
  extends NodeType
  implements Pick<Template, "id" | "kind" | "createdAt" | "updatedAt" | "archivedAt" | "version">
{
  @Field(() => TemplateKind, { description: "The kind of template, which says what it renders." })
  readonly kind!: TemplateName;
  @Field(() => Date, { description: "When the template was created." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When the template or its draft was last changed." })
  readonly updatedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the template was archived; null while it is not." })
  readonly archivedAt!: Date | null;
  @Field(() => Int, { description: "A number that grows with every change. Pass it as `expectedVersion`." })
  readonly version!: number;
}
export const TemplateConnection = connectionOf("Template", () => TemplateType, "templates, newest first");

@ObjectType("TemplatePin", {
  implements: NodeType,
  description: "A pin: keeps a namespace or an app at a version of a template, whatever is published later.",
})
export class TemplatePinType extends NodeType implements Pick<TemplatePin, "id" | "kind" | "createdAt" | "endedAt"> {
  @Field(() => TemplateKind, { description: "The kind of the pinned template." })
  readonly kind!: TemplateName;
  @Field(() => Date, { description: "When the pin was created." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When the pin ended; null while it is effective." })
  readonly endedAt!: Date | null;
}
export const TemplatePinConnection = connectionOf("TemplatePin", () => TemplatePinType, "pins, newest first");

@ObjectType("TemplateLink", { description: "One level from which a template of a kind may come." })
export class TemplateLinkType {
  @Field(() => TemplateLevel, { description: "The level for which the template is effective." })
  readonly level!: TemplateLevel;
  @Field(() => TemplatePinType, {
    nullable: true,
    description: "The pin that keeps this version; null where the newest published version counts.",
  })
  readonly pin!: TemplatePin | null;
}

@ObjectType("AppTemplate", {
  description: "A kind of template that renders an app, and the levels that it may come from.",
})
export class AppTemplateType {
  @Field(() => TemplateKind, { description: "The kind of template." })
  readonly kind!: TemplateName;
  @Field(() => [TemplateLinkType], {
    description:
      "The effective template first, then those that it overrides; the last is the seed. Within one level a pin comes first.",
  })
  readonly chain!: TemplateLinkType[];
}

@ObjectType("TemplateKindInfo", { description: "A kind of template: its input, and what it must render." })
export class TemplateKindInfo {
  @Field(() => TemplateKind, { description: "The kind of template." })
  readonly kind!: TemplateName;
  @Field(() => PublicTemplateUse, { description: "Where the platform uses templates of this kind." })
  readonly use!: TemplateUse;
  @Field(() => TemplateLanguage, { description: "The language of the template's output." })
  readonly language!: LanguageName;
  @Field(() => String, {
    nullable: true,
    description:
      "The Kubernetes object that it must render, like `apps/v1 Deployment`, or a part of one, like `Container`; null when it renders a text.",
  })
  readonly makes!: string | null;
  @Field(() => String, { description: "The source of the platform's seed." })
  readonly seed!: string;
  @Field(() => JsonObject, {
    description: "The JSON Schema (2020-12) of the template's input, with a description of every field.",
  })
  readonly variables!: Record<string, unknown>;
}

@ObjectType("TemplateProblem", { description: "The first error in a template's source." })
export class TemplateProblemType {
  @Field(() => String, { description: "What is wrong, and how to correct it." })
  readonly message!: string;
  @Field(() => Int, { description: "The line of the error, counted from 1." })
  readonly line!: number;
  @Field(() => Int, { description: "The column of the error, counted from 1." })
  readonly column!: number;
}

@ObjectType("TemplatePreview", { description: "The rendered output of a source, or its first error." })
export class TemplatePreviewType implements TemplatePreview {
  @Field(() => String, { nullable: true, description: "The rendered output; null when the source has an error." })
  readonly output!: string | null;
  @Field(() => TemplateProblemType, { nullable: true, description: "The problem; null when there is none." })
  readonly problem!: TemplateProblemType | null;
}

@ObjectType("TemplateImpact", {
  description:
    "The changes that publishing a draft would make in one app; without an app, only the progress of the check.",
})
export class TemplateImpactType implements TemplateImpact {
  @Field(() => AppType, {
    nullable: true,
    description: "The app that would change; null in an event that only tells the progress.",
  })
  readonly app!: App | null;
  @Field(() => [ObjectChangeType], {
    description: "How the app's Kubernetes objects would differ from its next release on.",
  })
  readonly changes!: ObjectChangeType[];
  @Field(() => [TextHunkType], { description: "How the app's build job would differ at once." })
  readonly hunks!: TextHunkType[];
  @Field(() => ConditionType, { nullable: true, description: "Why the draft cannot be rendered for it." })
  readonly condition!: Condition | null;
  @Field(() => Int, { description: "The number of apps that are checked so far." })
  readonly checked!: number;
  @Field(() => Int, { description: "The number of apps to check." })
  readonly total!: number;
  @Field(() => Cursor, {
    description:
      "The event's cursor. Pass it as `after` to continue with the next event, as long as the draft is the same.",
  })
  readonly cursor!: string;
}

@ObjectType("TemplatePinPayload", { description: "The pin after the change." })
export class TemplatePinPayload extends MutationPayload {
  @Field(() => TemplatePinType, { description: "The pin after the change." })
  readonly pin!: TemplatePin;
}

@ObjectType("TemplatePayload", { description: "The template after the change." })
export class TemplatePayload extends MutationPayload {
  @Field(() => TemplateType, { description: "The template after the change." })
  readonly template!: Template;
}
