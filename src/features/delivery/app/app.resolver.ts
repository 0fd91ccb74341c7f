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
import type { AppReader } from "./app.reader.js";
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
    private readonly reader: AppReader,
    private readonly live: AppPods,
  ) {}

  @Query(() => AppType, {
    nullable: true,
    description:
      "The app with this id, or with this name in this namespace; null when it does not exist or you may not read it.",
  })
  app(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { nullable: true, description: "The id of the app." }) id: string | null,
    @Arg("namespace", () => String, { nullable: true, description: "The name of the app's namespace." })
    namespace: string | null,
    @Arg("name", () => String, { nullable: true, description: "The name of the app in its namespace." })
    name: string | null,
  ): Promise<App | null> {
    return id ? this.reader.app(actor, id) : this.reader.appNamed(actor, namespace ?? "", name ?? "");
  }

  @Query(() => AppConnection, { description: "The apps that you may read, sorted by name." })
  apps(@Ctx() { actor }: Context, @Args(() => AppsArgs) { filter, ...page }: AppsArgs): Promise<ConnectionSource<App>> {
    const after = decodeCursor(page.after, 2);
    return connect(page, {
      position: ({ name, id }) => [name, id],
      read: (limit) => this.reader.apps(actor, filter ?? {}, { limit, after }),
      count: () => this.reader.countApps(actor, filter ?? {}),
    });
  }

  @FieldResolver(() => NamespaceType, { description: "The namespace that the app belongs to." })
  namespace(@Root() { namespaceId }: App, @Ctx() { loaders }: Context): Promise<Namespace | null> {
    return loaders.byId(Namespace).load(namespaceId);
  }

  @FieldResolver(() => MemberType, { description: "The member who created the app." })
  createdBy(@Root() { createdBy }: App, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }

  @FieldResolver(() => AppSpecType, { description: "The spec of the newest revision: what the team wants to run." })
  async spec(@Root() { revisionId }: App, @Ctx() { loaders }: Context): Promise<AppRevision["spec"]> {
    return (await loaders.byId(AppRevision).load(revisionId))!.spec;
  }

  @FieldResolver(() => AppRevisionType, { description: "The newest saved revision of the app." })
  revision(@Root() { revisionId }: App, @Ctx() { loaders }: Context): Promise<AppRevision | null> {
    return loaders.byId(AppRevision).load(revisionId);
  }

  @FieldResolver(() => AppRevisionType, {
    nullable: true,
    description: "The revision that a reviewer approved last, which is built and deployed.",
  })
  approvedRevision(
    @Root() { approvedRevisionId }: App,
    @Ctx() { loaders }: Context,
  ): Promise<AppRevision | null> | null {
    return approvedRevisionId ? loaders.byId(AppRevision).load(approvedRevisionId) : null;
  }

  @FieldResolver(() => AppRevisionConnection, { description: "All saved revisions of the app, newest first." })
  revisions(
    @Root() { id: appId }: App,
    @Ctx() { actor, loaders }: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<ConnectionSource<AppRevision>> {
    return connectOfApp(loaders, { name: "revisions", appId, page }, () => this.reader.revisionsOf(actor));
  }

  @FieldResolver(() => [PodType], { description: "The app's pods as last seen in the cluster, oldest first." })
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
    @Arg("input", () => CreateAppInputType, { description: "The app to create." }) input: CreateAppInputType,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.create(actor, input);
    return { app, cursor };
  }

  @Mutation(() => AppPayload, {
    description:
      "Saves changes to an app. A changed spec of an approved app takes effect after it is submitted and approved again. Needs `app:update`, and `app:privilege` for a `security` that asks for more than what is approved.",
  })
  async updateApp(
    @Ctx() { actor }: Context,
    @Arg("input", () => UpdateAppInputType, { description: "The changes to the app." }) input: UpdateAppInputType,
  ): Promise<AppPayload> {
    const { entity: app, cursor } = await this.service.update(actor, input);
    return { app, cursor };
  }

  @Subscription(() => PodsChangedType, {
    description:
      "Streams all pods of an app, now and after every change, until the app is retired and its pods are gone. A slow client may miss intermediate states, but never the last one. To resume, pass the last event's cursor; an unchanged state is not sent again. Needs `namespace:read`.",
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
  @FieldResolver(() => MemberType, { description: "The member who saved the revision." })
  createdBy(@Root() { createdBy }: AppRevision, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member).load(createdBy);
  }
}
