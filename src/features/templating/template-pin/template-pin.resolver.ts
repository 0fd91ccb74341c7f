import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import { MemberType } from "../../identity/member/member.type.js";
import { Member } from "../../identity/member/member.entity.js";
import { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import type { Context } from "../../foundation/context.js";
import { connect, type ConnectionSource } from "../../foundation/graphql.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { NamespaceType } from "../../delivery/namespace/namespace.type.js";
import { PinTemplateInputType, TemplatePinsArgs, UnpinTemplateInput } from "./template-pin-input.type.js";
import type { TemplatePin } from "../template-source/template-pin.entity.js";
import type { TemplatePinService } from "./template-pin.service.js";
import type { TemplatePinReader } from "./template-pin.reader.js";
import type { TemplateLink } from "../template/template.reader.js";
import { Template, TemplateVersion } from "../template-source/template.entity.js";
import {
  TemplateLinkType,
  TemplatePinConnection,
  TemplatePinPayload,
  TemplatePinType,
  TemplateType,
  TemplateVersionType,
} from "../template/template.type.js";

@Resolver(() => TemplatePinType)
export class TemplatePinResolver {
  constructor(
    private readonly service: TemplatePinService,
    private readonly reader: TemplatePinReader,
  ) {}

  @Query(() => TemplatePinConnection, {
    description: "The template pins that you may read, newest first.",
  })
  templatePins(
    @Ctx() { actor }: Context,
    @Args(() => TemplatePinsArgs) { filter, ...page }: TemplatePinsArgs,
  ): Promise<ConnectionSource<TemplatePin>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.pins(actor, filter ?? {}, { after, limit }),
      count: () => this.reader.countPins(actor, filter ?? {}),
    });
  }

  @Mutation(() => TemplatePinPayload, {
    description:
      "Pins a namespace or an app to a version of a template until `unpinTemplate`, whatever is published later, even if the template is archived. It replaces an earlier pin and takes precedence over a template of the same level. Live apps follow with their next release. Needs `namespace:update`.",
  })
  async pinTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => PinTemplateInputType, {
      description: "The version to pin, and the namespace or the app that stays with it.",
    })
    input: PinTemplateInputType,
  ): Promise<TemplatePinPayload> {
    const { entity: pin, cursor } = await this.service.pin(actor, input);
    return { pin, cursor };
  }

  @Mutation(() => TemplatePinPayload, {
    description:
      "Ends a pin. The published version becomes effective, as after a publication. Needs `namespace:update`.",
  })
  async unpinTemplate(
    @Ctx() { actor }: Context,
    @Arg("input", () => UnpinTemplateInput, { description: "The pin to end." }) input: UnpinTemplateInput,
  ): Promise<TemplatePinPayload> {
    const { entity: pin, cursor } = await this.service.unpin(actor, input);
    return { pin, cursor };
  }

  @FieldResolver(() => TemplateType, { description: "The template whose version is pinned." })
  template(@Root() { templateId }: TemplatePin, @Ctx() { loaders }: Context): Promise<Template | null> {
    return loaders.byId(Template).load(templateId);
  }

  @FieldResolver(() => TemplateVersionType, { description: "The version that is pinned." })
  templateVersion(
    @Root() { templateVersionId }: TemplatePin,
    @Ctx() { loaders }: Context,
  ): Promise<TemplateVersion | null> {
    return loaders.byId(TemplateVersion).load(templateVersionId);
  }

  @FieldResolver(() => NamespaceType, { description: "The pinned namespace, or that of the pinned app." })
  namespace(@Root() { namespaceId }: TemplatePin, @Ctx() { loaders }: Context): Promise<Namespace | null> {
    return loaders.byId(Namespace).load(namespaceId);
  }

  @FieldResolver(() => AppType, { nullable: true, description: "The pinned app; null for a whole namespace." })
  app(@Root() { appId }: TemplatePin, @Ctx() { loaders }: Context): Promise<App | null> | null {
    return appId ? loaders.byId(App).load(appId) : null;
  }

  @FieldResolver(() => MemberType, { description: "The member who created the pin." })
  createdBy(@Root() { createdBy }: TemplatePin, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}

@Resolver(() => TemplateLinkType)
export class TemplateLinkResolver {
  @FieldResolver(() => TemplateType, { nullable: true, description: "The template at this level; null for the seed." })
  template(@Root() { templateId }: TemplateLink, @Ctx() { loaders }: Context): Promise<Template | null> | null {
    return templateId ? loaders.byId(Template).load(templateId) : null;
  }

  @FieldResolver(() => TemplateVersionType, {
    nullable: true,
    description: "The template's version at this level; null for the seed.",
  })
  version(@Root() { versionId }: TemplateLink, @Ctx() { loaders }: Context): Promise<TemplateVersion | null> | null {
    return versionId ? loaders.byId(TemplateVersion).load(versionId) : null;
  }
}
