import { Field, Int, ObjectType } from "type-graphql";
import type { TemplateName, TemplateUse } from "../../../rendering/template-kinds.js";
import type { LanguageName } from "../../../rendering/template.js";
import type { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import { connectionOf, Cursor, JsonObject, MutationPayload, publishEnum } from "../../foundation/graphql.js";
import { NodeType } from "../../foundation/node.type.js";
import { TemplateLevel, type Template, type TemplateVersion } from "../template-source/template.entity.js";
import type { TemplatePin } from "../template-source/template-pin.entity.js";
import { ObjectChangeType } from "../../delivery/object-change/object-changes.type.js";
import { TextHunkType } from "../../delivery/object-change/text-hunk.type.js";
import { PublicTemplateUse, TemplateKind } from "./template-kind.type.js";
import type { TemplateImpact } from "./template-impact.js";
import type { TemplatePreview } from "./template-preview.js";

publishEnum(TemplateLevel, "TemplateLevel", "For whom a template is in force. The narrower level wins.", {
  SEED: "It came with the platform: in force where there is no other.",
  PLATFORM: "For every app and namespace.",
  NAMESPACE: "For one namespace and its apps.",
  APP: "For one app.",
});

const TemplateLanguage = {
  YAML: "YAML",
  XML: "XML",
  SHELL: "SHELL",
  TEXT: "TEXT",
  HTML: "HTML",
  DOCKERFILE: "DOCKERFILE",
} as const;
publishEnum<LanguageName>(TemplateLanguage, "TemplateLanguage", "What a template's output is written in.", {
  YAML: "YAML.",
  XML: "XML.",
  SHELL: "A POSIX shell script.",
  TEXT: "Plain text.",
  HTML: "HTML in XML syntax.",
  DOCKERFILE: "A Dockerfile.",
});

@ObjectType("TemplateVersion", {
  implements: NodeType,
  description: "One state of a template's source. Once it is published it never changes.",
})
export class TemplateVersionType
  extends NodeType
  implements Pick<TemplateVersion, "id" | "number" | "source" | "note" | "createdAt" | "publishedAt">
{
  @Field(() => Int, { description: "1 for the first of the template, then counting up." })
  readonly number!: number;
  @Field(() => String, { description: "Handlebars." })
  readonly source!: string;
  @Field(() => String, { description: "What its author said of it." })
  readonly note!: string;
  @Field(() => Date, { description: "When it was saved last." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "When it was put in force; null for a draft." })
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
    "What an administrator puts in the place of a template that came with the platform, for everyone, one namespace or one app.",
})
export class TemplateType
  extends NodeType
  implements Pick<Template, "id" | "kind" | "createdAt" | "updatedAt" | "archivedAt" | "version">
{
  @Field(() => TemplateKind, { description: "What it makes." })
  readonly kind!: TemplateName;
  @Field(() => Date, { description: "When it was created." })
  readonly createdAt!: Date;
  @Field(() => Date, { description: "When it or its draft was changed last." })
  readonly updatedAt!: Date;
  @Field(() => Date, { nullable: true, description: "When it was taken out of force for ever." })
  readonly archivedAt!: Date | null;
  @Field(() => Int, { description: "Grows with every change; give it as `expectedVersion`." })
  readonly version!: number;
}
export const TemplateConnection = connectionOf("Template", () => TemplateType, "templates, newest first");

@ObjectType("TemplatePin", {
  implements: NodeType,
  description: "A namespace or an app that stays with a version of a template, whatever is published later.",
})
export class TemplatePinType extends NodeType implements Pick<TemplatePin, "id" | "kind" | "createdAt" | "endedAt"> {
  @Field(() => TemplateKind, { description: "What the template makes." })
  readonly kind!: TemplateName;
  @Field(() => Date, { description: "Since when." })
  readonly createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "Until when; null while it is in force." })
  readonly endedAt!: Date | null;
}
export const TemplatePinConnection = connectionOf("TemplatePin", () => TemplatePinType, "pins, newest first");

@ObjectType("TemplateLink", { description: "One place where a template of a kind may come from." })
export class TemplateLinkType {
  @Field(() => TemplateLevel, { description: "For whom it is in force." })
  readonly level!: TemplateLevel;
  @Field(() => TemplatePinType, {
    nullable: true,
    description: "Who stays with this version whatever is published later; null where the newest one counts.",
  })
  readonly pin!: TemplatePin | null;
}

@ObjectType("AppTemplate", { description: "A kind of template that an app is made by, and where it comes from." })
export class AppTemplateType {
  @Field(() => TemplateKind, { description: "The kind." })
  readonly kind!: TemplateName;
  @Field(() => [TemplateLinkType], {
    description:
      "The one that is in force first, then those that it overrides; the last is the seed. Of one level a pin comes first.",
  })
  readonly chain!: TemplateLinkType[];
}

@ObjectType("TemplateKindInfo", { description: "A kind of template: what it sees, and what it must make." })
export class TemplateKindInfo {
  @Field(() => TemplateKind, { description: "The kind." })
  readonly kind!: TemplateName;
  @Field(() => PublicTemplateUse, { description: "What makes use of it." })
  readonly use!: TemplateUse;
  @Field(() => TemplateLanguage, { description: "What its output is written in." })
  readonly language!: LanguageName;
  @Field(() => String, {
    nullable: true,
    description:
      "The Kubernetes object that it must make, like `apps/v1 Deployment`, or the part of one, like `Container`; null when it makes a text.",
  })
  readonly makes!: string | null;
  @Field(() => String, { description: "The source that came with the platform." })
  readonly seed!: string;
  @Field(() => JsonObject, { description: "The JSON Schema (2020-12) of what it sees; every word is described." })
  readonly variables!: Record<string, unknown>;
}

@ObjectType("TemplateProblem", { description: "The first thing that is wrong with a template." })
export class TemplateProblemType {
  @Field(() => String, { description: "What, and what to do." })
  readonly message!: string;
  @Field(() => Int, { description: "The line, from 1." })
  readonly line!: number;
  @Field(() => Int, { description: "The column, from 1." })
  readonly column!: number;
}

@ObjectType("TemplatePreview", { description: "What a source would make, or what is wrong with it." })
export class TemplatePreviewType implements TemplatePreview {
  @Field(() => String, { nullable: true, description: "The output; null when there is a problem." })
  readonly output!: string | null;
  @Field(() => TemplateProblemType, { nullable: true, description: "The problem; null when there is none." })
  readonly problem!: TemplateProblemType | null;
}

@ObjectType("TemplateImpact", {
  description:
    "What publishing a draft would change of one app; or, without an app, how far the look at all of them is.",
})
export class TemplateImpactType implements TemplateImpact {
  @Field(() => AppType, { nullable: true, description: "The app that would change; null for a sign of life." })
  readonly app!: App | null;
  @Field(() => [ObjectChangeType], {
    description: "How its Kubernetes objects would differ; what is live changes with its next release.",
  })
  readonly changes!: ObjectChangeType[];
  @Field(() => [TextHunkType], { description: "How its build job would differ, at once." })
  readonly hunks!: TextHunkType[];
  @Field(() => String, { nullable: true, description: "Why the draft cannot be rendered for it." })
  readonly problem!: string | null;
  @Field(() => Int, { description: "How many apps were looked at." })
  readonly checked!: number;
  @Field(() => Int, { description: "How many there are to look at." })
  readonly total!: number;
  @Field(() => Cursor, { description: "Give it as `after` to go on behind this event, while the draft is the same." })
  readonly cursor!: string;
}

@ObjectType("TemplatePinPayload", { description: "The pin as it is now." })
export class TemplatePinPayload extends MutationPayload {
  @Field(() => TemplatePinType, { description: "The pin." })
  readonly pin!: TemplatePin;
}

@ObjectType("TemplatePayload", { description: "The template as it is now." })
export class TemplatePayload extends MutationPayload {
  @Field(() => TemplateType, { description: "The template." })
  readonly template!: Template;
}
