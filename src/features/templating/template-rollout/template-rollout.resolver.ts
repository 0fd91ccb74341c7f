import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import { MemberType } from "../../identity/member/member.type.js";
import { Member } from "../../identity/member/member.entity.js";
import { App } from "../../delivery/app/app.entity.js";
import { AppType } from "../../delivery/app/app.type.js";
import { stream, type Context } from "../../foundation/context.js";
import { connect, type ConnectionSource } from "../../foundation/graphql.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import { NamespaceType } from "../../delivery/namespace/namespace.type.js";
import { Release } from "../../delivery/release/release.entity.js";
import { ReleaseType } from "../../delivery/release/release.type.js";
import type { StateEvent } from "../../foundation/state-streams.js";
import { Template, TemplateVersion } from "../template-source/template.entity.js";
import { TemplateType, TemplateVersionType } from "../template/template.type.js";
import type { TemplateRollout, TemplateRolloutApp } from "./template-rollout.entity.js";
import { TemplateRolloutReader } from "./template-rollout.reader.js";
import type { TemplateRolloutService } from "./template-rollout.service.js";
import {
  countsOf,
  TemplateRolloutAppConnection,
  TemplateRolloutAppsArgs,
  TemplateRolloutAppType,
  TemplateRolloutChangedArgs,
  TemplateRolloutChangedType,
  TemplateRolloutConnection,
  TemplateRolloutCountsType,
  TemplateRolloutInput,
  TemplateRolloutPayload,
  TemplateRolloutsArgs,
  TemplateRolloutStageType,
  TemplateRolloutType,
  PublishTemplateInStagesInput,
} from "./template-rollout.type.js";

@Resolver(() => TemplateRolloutType)
export class TemplateRolloutResolver {
  constructor(
    private readonly service: TemplateRolloutService,
    private readonly reader: TemplateRolloutReader,
  ) {}

  @Query(() => TemplateRolloutType, {
    nullable: true,
    description: "The publication with this id; null when it does not exist or you may not manage templates.",
  })
  publication(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { description: "The id of the rollout." }) id: string,
  ): Promise<TemplateRollout | null> {
    return this.reader.publication(actor, id);
  }

  @Query(() => TemplateRolloutConnection, {
    description: "All publications in stages, newest first; empty when you may not manage templates.",
  })
  publications(
    @Ctx() { actor }: Context,
    @Args(() => TemplateRolloutsArgs) { filter, ...page }: TemplateRolloutsArgs,
  ): Promise<ConnectionSource<TemplateRollout>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ id }) => [id],
      read: (limit) => this.reader.publications(actor, filter ?? {}, { after, limit }),
      count: () => this.reader.countPublications(actor, filter ?? {}),
    });
  }

  @Query(() => TemplateRolloutAppConnection, {
    description: "The progress of a publication in each live app of the stages that have begun.",
  })
  publicationApps(
    @Ctx() { actor }: Context,
    @Args(() => TemplateRolloutAppsArgs) { publication, phases, ...page }: TemplateRolloutAppsArgs,
  ): Promise<ConnectionSource<TemplateRolloutApp>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ appId }) => [appId],
      read: (limit) => this.reader.apps(actor, publication, phases ?? [], { after, limit }),
      count: () => this.reader.countApps(actor, publication, phases ?? []),
    });
  }

  @Mutation(() => TemplateRolloutPayload, {
    description:
      "Publishes the draft of a platform-wide template in stages: it becomes effective in the namespaces of the first stage, then in those of the next ones, then everywhere. In each stage, live apps whose objects change get a new release, a few at a time; the release includes all other pending changes. The publication stops when more apps fail than are tolerated. Meanwhile the template can be edited, but neither published again nor archived. Needs `template:manage`.",
  })
  async publishTemplateInStages(
    @Ctx() { actor }: Context,
    @Arg("input", () => PublishTemplateInStagesInput, { description: "The template to publish, and the stages." })
    input: PublishTemplateInStagesInput,
  ): Promise<TemplateRolloutPayload> {
    const { entity: publication, cursor } = await this.service.publish(actor, input);
    return { publication, cursor };
  }

  @Mutation(() => TemplateRolloutPayload, {
    description: "Resumes a stopped publication. Apps that failed are released once more. Needs `template:manage`.",
  })
  async resumePublication(
    @Ctx() { actor }: Context,
    @Arg("input", () => TemplateRolloutInput, { description: "The publication to change, and its expected version." })
    input: TemplateRolloutInput,
  ): Promise<TemplateRolloutPayload> {
    const { entity: publication, cursor } = await this.service.resume(actor, input);
    return { publication, cursor };
  }

  @Mutation(() => TemplateRolloutPayload, {
    description:
      "Cancels a publication. The former version becomes effective at once, and apps that were released for the publication go back to what was live before. Needs `template:manage`.",
  })
  async cancelPublication(
    @Ctx() { actor }: Context,
    @Arg("input", () => TemplateRolloutInput, { description: "The publication to change, and its expected version." })
    input: TemplateRolloutInput,
  ): Promise<TemplateRolloutPayload> {
    const { entity: publication, cursor } = await this.service.cancel(actor, input);
    return { publication, cursor };
  }

  @Subscription(() => TemplateRolloutChangedType, {
    description:
      "Streams a publication, now and after every change, until it has ended; a stopped publication has not. A slow client may miss intermediate states, but never the last one. To resume, pass the last event's cursor. Needs `template:manage`.",
    subscribe: stream(({ streams, actor }, { publication, after }: TemplateRolloutChangedArgs) =>
      streams.of(TemplateRolloutReader).changes(actor, publication, after),
    ),
  })
  publicationChanged(
    @Root() { state, cursor }: StateEvent<TemplateRollout>,
    @Args(() => TemplateRolloutChangedArgs) _args: TemplateRolloutChangedArgs,
  ): TemplateRolloutChangedType {
    return { publication: state, cursor };
  }

  @FieldResolver(() => TemplateType, { description: "The template that is published." })
  template(@Root() { templateId }: TemplateRollout, @Ctx() { loaders }: Context): Promise<Template | null> {
    return loaders.byId(Template).load(templateId);
  }

  @FieldResolver(() => TemplateVersionType, { description: "The version that becomes effective." })
  templateVersion(
    @Root() { templateVersionId }: TemplateRollout,
    @Ctx() { loaders }: Context,
  ): Promise<TemplateVersion | null> {
    return loaders.byId(TemplateVersion).load(templateVersionId);
  }

  @FieldResolver(() => TemplateVersionType, {
    nullable: true,
    description: "The version that was effective before; null for the seed.",
  })
  formerVersion(
    @Root() { formerVersionId }: TemplateRollout,
    @Ctx() { loaders }: Context,
  ): Promise<TemplateVersion | null> | null {
    return formerVersionId ? loaders.byId(TemplateVersion).load(formerVersionId) : null;
  }

  @FieldResolver(() => [TemplateRolloutStageType], {
    description: "The stages in order; the last covers everyone.",
  })
  stages(@Root() { stages }: TemplateRollout): TemplateRolloutStageType[] {
    return [...stages, []].map((namespaceIds, index) => {
      return { number: index + 1, isEverywhere: index === stages.length, namespaceIds };
    });
  }

  @FieldResolver(() => TemplateRolloutCountsType, {
    description: "The number of apps in each phase of the publication.",
  })
  counts(@Root() { counts }: TemplateRollout): TemplateRolloutCountsType {
    return countsOf(counts);
  }

  @FieldResolver(() => MemberType, { description: "The member who began the publication." })
  createdBy(@Root() { createdBy }: TemplateRollout, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}

@Resolver(() => TemplateRolloutStageType)
export class TemplateRolloutStageResolver {
  @FieldResolver(() => [NamespaceType], {
    description: "The namespaces of the stage; empty for the last stage, which covers everyone.",
  })
  async namespaces(
    @Root() { namespaceIds }: TemplateRolloutStageType,
    @Ctx() { loaders }: Context,
  ): Promise<Namespace[]> {
    const found = await Promise.all(namespaceIds.map((id) => loaders.byId(Namespace).load(id)));
    return found.filter((each) => each !== null);
  }
}

@Resolver(() => TemplateRolloutAppType)
export class TemplateRolloutAppResolver {
  @FieldResolver(() => AppType, { description: "The app that the progress is about." })
  app(@Root() { appId }: TemplateRolloutApp, @Ctx() { loaders }: Context): Promise<App | null> {
    return loaders.byId(App).load(appId);
  }

  @FieldResolver(() => ReleaseType, { nullable: true, description: "The app's last release for the publication." })
  release(@Root() { releaseId }: TemplateRolloutApp, @Ctx() { loaders }: Context): Promise<Release | null> | null {
    return releaseId ? loaders.byId(Release).load(releaseId) : null;
  }

  @FieldResolver(() => ReleaseType, {
    nullable: true,
    description: "The release that was live before the publication.",
  })
  formerRelease(
    @Root() { formerReleaseId }: TemplateRolloutApp,
    @Ctx() { loaders }: Context,
  ): Promise<Release | null> | null {
    return formerReleaseId ? loaders.byId(Release).load(formerReleaseId) : null;
  }
}
