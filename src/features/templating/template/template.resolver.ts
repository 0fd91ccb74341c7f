import type { StructuredPatchHunk } from "diff";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import { decodeCursor } from "../../../kernel/page.js";
import { MemberType } from "../../identity/member/member.type.js";
import { TextHunkType } from "../../delivery/object-change/text-hunk.type.js";
import { Member } from "../../identity/member/member.entity.js";
import { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import type { Context } from "../../foundation/context.js";
import { connect, JsonObject, type ConnectionSource } from "../../foundation/graphql.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { NamespaceType } from "../../delivery/namespace/namespace.type.js";
import { levelOf, TemplateLevel, type Template, TemplateVersion } from "../template-source/template.entity.js";
import { TemplateKind } from "./template-kind.type.js";
import type { TemplatePreview, TemplatePreviews } from "./template-preview.js";
import type { AppTemplate, TemplateReader } from "./template.reader.js";
import type { TemplateService } from "./template.service.js";
import { versionOf } from "./template-set.js";
import {
  CompareTemplateVersionsArgs,
  CreateTemplateInputType,
  PreviewTemplateArgs,
  RestoreTemplateVersionInput,
  SaveTemplateDraftInput,
  TemplateInput,
  TemplatesArgs,
  TemplateVersionsArgs,
} from "./template-input.type.js";
import {
  AppTemplateType,
  TemplateConnection,
  TemplateKindInfo,
  TemplatePayload,
  TemplatePreviewType,
  TemplateType,
  TemplateVersionConnection,
  TemplateVersionType,
} from "./template.type.js";

@Resolver(() => TemplateType)
export class TemplateResolver {
  constructor(
    private readonly service: TemplateService,
    private readonly reader: TemplateReader,
    private readonly previews: TemplatePreviews,
  ) {}

  @Query(() => TemplateType, { nullable: true, description: "The template with this id, or null." })
  template(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "The id of the template." }) id: string,
  ): Promise<Template | null> {
    return this.reader.template(actor, id);
  }

  @Query(() => TemplateConnection, {
    description: "The templates with which administrators override the platform's seeds, newest first.",
  })
  templates(
    @Ctx() { actor }: Context,
    @Args(() => TemplatesArgs) { filter, ...page }: TemplatesArgs,
  ): Promise<ConnectionSource<Template>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.templates(actor, filter ?? {}, { after, limit }),
      count: () => this.reader.countTemplates(actor, filter ?? {}),
    });
  }

  @Query(() => TemplateVersionConnection, { description: "A template's versions, newest first, its draft included." })
  templateVersions(
    @Ctx() { actor }: Context,
    @Args(() => TemplateVersionsArgs) { template, ...page }: TemplateVersionsArgs,
  ): Promise<ConnectionSource<TemplateVersion>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.versions(actor, template, { after, limit }),
      count: () => this.reader.countVersions(actor, template),
    });
  }

  @Query(() => [TextHunkType], { description: "A unified diff of two versions of a template." })
  compareTemplateVersions(
    @Ctx() { actor }: Context,
    @Args(() => CompareTemplateVersionsArgs) { template, from, to }: CompareTemplateVersionsArgs,
  ): Promise<StructuredPatchHunk[]> {
    return this.reader.compare(actor, template, from, to);
  }

  @Query(() => [TemplateKindInfo], { description: "All kinds of templates that exist." })
  async templateKinds(@Ctx() { actor: _mustBeSomebody }: Context): Promise<TemplateKindInfo[]> {
    const kinds = Object.keys(templateKinds) as TemplateName[];
    const views = await this.reader.views(kinds);
    return kinds.map((kind, index) => {
      const { use, language, promise, part } = templateKinds[kind];
      const makes = promise ? `${promise.apiVersion} ${promise.kind}` : (part?.name ?? null);
      return { kind, use, language, makes, seed: this.reader.seed(kind), variables: views[index]! };
    });
  }

  @Query(() => JsonObject, {
    description: "The JSON Schema (2020-12) of the input of a kind of template, with a description of every field.",
  })
  async templateVariables(
    @Ctx() { actor: _mustBeSomebody }: Context,
    @Arg("kind", () => TemplateKind, { description: "The kind of template." }) kind: TemplateName,
  ): Promise<Record<string, unknown>> {
    const [view] = await this.reader.views([kind]);
    return view!;
  }

  @Query(() => TemplatePreviewType, {
    description: "Renders a source for an existing app or for sample data. Nothing is saved. Needs `template:manage`.",
  })
  previewTemplate(
    @Ctx() { actor }: Context,
    @Args(() => PreviewTemplateArgs) { kind, source, app, least }: PreviewTemplateArgs,
  ): Promise<TemplatePreview> {
    return this.previews.preview(actor, { kind, source, appId: app ?? null, least: least ?? false });
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Creates a template with a draft, which becomes effective when it is published. An error in its source is INVALID_INPUT with `line` and `column`. Needs `template:manage`.",
  })
  async createTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => CreateTemplateInputType, { description: "The template to create." })
    input: CreateTemplateInputType,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.create(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Saves the draft of a template. An error in its source is INVALID_INPUT with `line` and `column`. Needs `template:manage`.",
  })
  async saveTemplateDraft(
    @Ctx() { actor }: Context,
    @Arg("input", () => SaveTemplateDraftInput, { description: "The template and its new draft." })
    input: SaveTemplateDraftInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.saveDraft(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Publishes a template's draft, which becomes effective at once for build jobs, namespaces, and apps that have no release yet. Live apps follow with their next release; to release them a few at a time, publish in stages. Needs `template:manage`.",
  })
  async publishTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => TemplateInput, { description: "The template to change." }) input: TemplateInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.publish(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Archives a template for ever. The template that it overrode becomes effective, as after a publication. Needs `template:manage`.",
  })
  async archiveTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => TemplateInput, { description: "The template to change." }) input: TemplateInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.archive(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description: "Copies an old version into the draft, which can be published again. Needs `template:manage`.",
  })
  async restoreTemplateVersion(
    @Ctx() { actor }: Context,
    @Arg("input", () => RestoreTemplateVersionInput, { description: "The template, and the version to restore." })
    input: RestoreTemplateVersionInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.restore(actor, input);
    return { template, cursor };
  }

  @FieldResolver(() => TemplateLevel, { description: "The level for which the template is effective." })
  level(@Root() template: Template): TemplateLevel {
    return levelOf(template);
  }

  @FieldResolver(() => NamespaceType, {
    nullable: true,
    description: "The template's namespace, or that of its app; null for a platform-wide template.",
  })
  namespace(@Root() { namespaceId }: Template, @Ctx() { loaders }: Context): Promise<Namespace | null> | null {
    return namespaceId ? loaders.byId(Namespace).load(namespaceId) : null;
  }

  @FieldResolver(() => AppType, { nullable: true, description: "The app that the template is limited to." })
  app(@Root() { appId }: Template, @Ctx() { loaders }: Context): Promise<App | null> | null {
    return appId ? loaders.byId(App).load(appId) : null;
  }

  @FieldResolver(() => MemberType, { description: "The member who created the template." })
  createdBy(@Root() { createdBy }: Template, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }

  @FieldResolver(() => TemplateVersionType, { nullable: true, description: "The published version, if any." })
  published(
    @Root() { publishedVersionId }: Template,
    @Ctx() { loaders }: Context,
  ): Promise<TemplateVersion | null> | null {
    return publishedVersionId ? loaders.byId(TemplateVersion).load(publishedVersionId) : null;
  }

  @FieldResolver(() => TemplateVersionType, { nullable: true, description: "The draft version, if any." })
  draft(@Root() { draftVersionId }: Template, @Ctx() { loaders }: Context): Promise<TemplateVersion | null> | null {
    return draftVersionId ? loaders.byId(TemplateVersion).load(draftVersionId) : null;
  }
}

@Resolver(() => TemplateVersionType)
export class TemplateVersionResolver {
  @FieldResolver(() => String, { description: "A hash of the source, as in `release.templateVersions`." })
  hash(@Root() version: TemplateVersion): string {
    return versionOf(version.source);
  }

  @FieldResolver(() => MemberType, { description: "The member who saved the version." })
  createdBy(@Root() { createdBy }: TemplateVersion, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}

@Resolver(() => AppType)
export class AppTemplatesResolver {
  constructor(private readonly reader: TemplateReader) {}

  @FieldResolver(() => [AppTemplateType], {
    description: "All templates that render the app, and the level that each comes from.",
  })
  templates(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<AppTemplate[]> {
    return loaders.batch("templates", id, (appIds) => this.reader.ofApps(appIds));
  }
}
