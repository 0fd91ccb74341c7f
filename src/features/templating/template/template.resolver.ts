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

  @Query(() => TemplateType, { nullable: true, description: "One template; null when there is none that you may see." })
  template(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "Its id." }) id: string,
  ): Promise<Template | null> {
    return this.reader.template(actor, id);
  }

  @Query(() => TemplateConnection, {
    description: "What administrators put in the place of what came with the platform, newest first.",
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

  @Query(() => [TextHunkType], { description: "What changed between two versions of a template." })
  compareTemplateVersions(
    @Ctx() { actor }: Context,
    @Args(() => CompareTemplateVersionsArgs) { template, from, to }: CompareTemplateVersionsArgs,
  ): Promise<StructuredPatchHunk[]> {
    return this.reader.compare(actor, template, from, to);
  }

  @Query(() => [TemplateKindInfo], { description: "Every kind of template." })
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
    description: "The JSON Schema (2020-12) of what a kind of template sees; every word is described.",
  })
  async templateVariables(
    @Ctx() { actor: _mustBeSomebody }: Context,
    @Arg("kind", () => TemplateKind, { description: "The kind." }) kind: TemplateName,
  ): Promise<Record<string, unknown>> {
    const [view] = await this.reader.views([kind]);
    return view!;
  }

  @Query(() => TemplatePreviewType, {
    description:
      "What a source would make, of an app as it is or of a made-up one. Nothing is saved. Needs `template:manage`.",
  })
  previewTemplate(
    @Ctx() { actor }: Context,
    @Args(() => PreviewTemplateArgs) { kind, source, app, least }: PreviewTemplateArgs,
  ): Promise<TemplatePreview> {
    return this.previews.preview(actor, { kind, source, appId: app ?? null, least: least ?? false });
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Begins a template with a draft. It is in force when it is published. What is wrong with its source is INVALID_INPUT with `line` and `column`. Needs `template:manage`.",
  })
  async createTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => CreateTemplateInputType, { description: "The new template." }) input: CreateTemplateInputType,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.create(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Saves the draft of a template. What is wrong with its source is INVALID_INPUT with `line` and `column`. Needs `template:manage`.",
  })
  async saveTemplateDraft(
    @Ctx() { actor }: Context,
    @Arg("input", () => SaveTemplateDraftInput, { description: "The draft." }) input: SaveTemplateDraftInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.saveDraft(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Puts a template's draft in force. Build jobs, namespaces and what apps have before their first release follow at once; what is live follows with an app's next release; to release apps at once, but a few at a time, publish in stages. Needs `template:manage`.",
  })
  async publishTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => TemplateInput, { description: "Which template." }) input: TemplateInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.publish(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description:
      "Takes a template out of force for ever; what it overrode takes its place, as after a publication. Needs `template:manage`.",
  })
  async archiveTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => TemplateInput, { description: "Which template." }) input: TemplateInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.archive(actor, input);
    return { template, cursor };
  }

  @Mutation(() => TemplatePayload, {
    description: "Makes an old version the draft again; publish it to put it in force. Needs `template:manage`.",
  })
  async restoreTemplateVersion(
    @Ctx() { actor }: Context,
    @Arg("input", () => RestoreTemplateVersionInput, { description: "Which version." })
    input: RestoreTemplateVersionInput,
  ): Promise<TemplatePayload> {
    const { entity: template, cursor } = await this.service.restore(actor, input);
    return { template, cursor };
  }

  @FieldResolver(() => TemplateLevel, { description: "For whom it is in force." })
  level(@Root() template: Template): TemplateLevel {
    return levelOf(template);
  }

  @FieldResolver(() => NamespaceType, {
    nullable: true,
    description: "The one namespace that it is for, or whose app.",
  })
  namespace(@Root() { namespaceId }: Template, @Ctx() { loaders }: Context): Promise<Namespace | null> | null {
    return namespaceId ? loaders.byId(Namespace).load(namespaceId) : null;
  }

  @FieldResolver(() => AppType, { nullable: true, description: "The one app that it is for." })
  app(@Root() { appId }: Template, @Ctx() { loaders }: Context): Promise<App | null> | null {
    return appId ? loaders.byId(App).load(appId) : null;
  }

  @FieldResolver(() => MemberType, { description: "Who created it." })
  createdBy(@Root() { createdBy }: Template, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }

  @FieldResolver(() => TemplateVersionType, { nullable: true, description: "What is in force of it." })
  published(
    @Root() { publishedVersionId }: Template,
    @Ctx() { loaders }: Context,
  ): Promise<TemplateVersion | null> | null {
    return publishedVersionId ? loaders.byId(TemplateVersion).load(publishedVersionId) : null;
  }

  @FieldResolver(() => TemplateVersionType, { nullable: true, description: "What is being written." })
  draft(@Root() { draftVersionId }: Template, @Ctx() { loaders }: Context): Promise<TemplateVersion | null> | null {
    return draftVersionId ? loaders.byId(TemplateVersion).load(draftVersionId) : null;
  }
}

@Resolver(() => TemplateVersionType)
export class TemplateVersionResolver {
  @FieldResolver(() => String, { description: "Stands for its source: the same as in `release.templateVersions`." })
  hash(@Root() version: TemplateVersion): string {
    return versionOf(version.source);
  }

  @FieldResolver(() => MemberType, { description: "Who saved it." })
  createdBy(@Root() { createdBy }: TemplateVersion, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}

@Resolver(() => AppType)
export class AppTemplatesResolver {
  constructor(private readonly reader: TemplateReader) {}

  @FieldResolver(() => [AppTemplateType], {
    description: "Every template that it is made by, and where it comes from.",
  })
  templates(@Root() { id }: App, @Ctx() { loaders }: Context): Promise<AppTemplate[]> {
    return loaders.batch("templates", id, (appIds) => this.reader.ofApps(appIds));
  }
}
