import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import { Member } from "../../identity/member/member.entity.js";
import { MemberType } from "../../identity/member/member.type.js";
import { stream, type Context } from "../../foundation/context.js";
import { connect, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import { connectOfApp } from "../../foundation/app-list.js";
import { Namespace } from "../namespace/namespace.entity.js";
import { NamespaceType } from "../namespace/namespace.type.js";
import type { AppPods } from "./app-pods.js";
import { AppSpecType } from "./app-spec.type.js";
import { AppRevision, type App } from "./app.entity.js";
import type { AppService } from "./app.service.js";
import {
  AppConnection,
  AppPayload,
  AppRevisionConnection,
  AppRevisionType,
  AppsArgs,
  AppType,
  CreateAppInputType,
  UpdateAppInputType,
} from "./app.type.js";
import { type PodsChanged, PodStreams } from "./pod-streams.js";
import { PodsChangedArgs, PodsChangedType, PodType } from "./pod.type.js";

@Resolver(() => AppType)
export class AppResolver {
  constructor(
    private readonly service: AppService,
    private readonly live: AppPods,
  ) {}

  @Query(() => AppType, {
    nullable: true,
    description:
      "One app, by its id, or by the names of its namespace and itself; null when there is none that you may see.",
  })
  app(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { nullable: true, description: "Its id." }) id: string | null,
    @Arg("namespace", () => String, { nullable: true, description: "The name of its namespace." })
    namespace: string | null,
    @Arg("name", () => String, { nullable: true, description: "Its name." }) name: string | null,
  ): Promise<App | null> {
    return id ? this.service.app(actor, id) : this.service.appNamed(actor, namespace ?? "", name ?? "");
  }

  @Query(() => AppConnection, { description: "The apps that you may see, by name." })
  apps(@Ctx() { actor }: Context, @Args(() => AppsArgs) { filter, ...page }: AppsArgs): Promise<ConnectionSource<App>> {
    const after = decodeCursor(page.after, 2);
    return connect(page, {
      position: ({ name, id }) => [name, id],
      read: (limit) => this.service.apps(actor, filter ?? {}, { limit, after }),
      count: () => this.service.countApps(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => NamespaceType, { description: "Where it lives." })
  namespace(@Root() { namespaceId }: App, @Ctx() { loaders }: Context): Promise<Namespace | null> {
    return loaders.byId(Namespace).load(namespaceId);
  }

  @FieldResolver(() => MemberType, { description: "Who created it." })
  createdBy(@Root() { createdBy }: App, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }

  @FieldResolver(() => AppSpecType, { description: "What the team wants run now: the spec of the newest revision." })
  async spec(@Root() { revisionId }: App, @Ctx() { loaders }: Context): Promise<AppRevision["spec"]> {
    return (await loaders.byId(AppRevision).load(revisionId))!.spec;
  }

  @FieldResolver(() => AppRevisionType, { description: "The newest revision." })
  revision(@Root() { revisionId }: App, @Ctx() { loaders }: Context): Promise<AppRevision | null> {
    return loaders.byId(AppRevision).load(revisionId);
  }

  @FieldResolver(() => AppRevisionType, {
    nullable: true,
    description: "The revision that a reviewer approved last: the one that is built and put live.",
  })
  approvedRevision(
    @Root() { approvedRevisionId }: App,
    @Ctx() { loaders }: Context,
  ): Promise<AppRevision | null> | null {
    return approvedRevisionId ? loaders.byId(AppRevision).load(approvedRevisionId) : null;
  }

  @FieldResolver(() => AppRevisionConnection, { description: "Everything that was ever saved of it, newest first." })
  revisions(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<AppRevision>> {
    return connectOfApp(
      loaders,
      { name: "revisions", appId, page },
      {
        read: (ids, slice) => this.service.revisionsOf(actor, ids, slice),
        count: (ids) => this.service.countRevisionsOf(actor, ids),
      },
    );
  }

  @FieldResolver(() => [PodType], { description: "Its pods as the cluster showed them last, oldest first." })
  async pods(@Root() app: App, @Ctx() { loaders }: Context): Promise<readonly PodType[]> {
    const namespace = await loaders.byId(Namespace).load(app.namespaceId);
    return this.live.pods({ appId: app.id, namespace: namespace!.name });
  }

  @Mutation(() => AppPayload, {
    description:
      "Saves a new app as a draft. Needs `app:create`, and `app:privilege` for a `security` that asks for root or capabilities.",
  })
  async createApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => CreateAppInputType, { description: "The new app." }) input: CreateAppInputType,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.create(actor, input);
    return { app, cursor };
  }

  @Mutation(() => AppPayload, {
    description:
      "Saves an edit. A changed spec of an approved app takes effect when it was submitted and approved again. Needs `app:update`, and `app:privilege` for a `security` that asks for more than what is approved.",
  })
  async updateApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => UpdateAppInputType, { description: "What changes." }) input: UpdateAppInputType,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.update(actor, input);
    return { app, cursor };
  }

  @Subscription(() => PodsChangedType, {
    description:
      "The pods of an app as the cluster shows them: all of them at once, then at every change, until the app is retired and they are gone. A slow reader may miss states in between, never the last one. After a cut, go on with the last event's cursor: a state that you know is not told again. Needs `namespace:read`.",
    subscribe: stream(({ streams, actor }, { app, after }: PodsChangedArgs) =>
      streams.of(PodStreams).changes(actor, app, after),
    ),
  })
  podsChanged(@Root() event: PodsChanged, @Args(() => PodsChangedArgs) _args: PodsChangedArgs): PodsChangedType {
    return event;
  }
}

@Resolver(() => AppRevisionType)
export class AppRevisionResolver {
  @FieldResolver(() => MemberType, { description: "Who saved it." })
  createdBy(@Root() { createdBy }: AppRevision, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}
