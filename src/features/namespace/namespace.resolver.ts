import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { decodeCursor } from "../../kernel/page.js";
import type { Context } from "../context.js";
import { connect, PageArgs, type ConnectionSource } from "../graphql.js";
import type { Namespace } from "./namespace.entity.js";
import type { NamespaceService } from "./namespace.service.js";
import {
  CreateNamespaceInputType,
  ImportNamespacesInput,
  ImportNamespacesPayload,
  NamespaceConnection,
  NamespacePayload,
  NamespaceType,
  UpdateNamespaceInputType,
} from "./namespace.type.js";

@Resolver(() => NamespaceType)
export class NamespaceResolver {
  constructor(private readonly service: NamespaceService) {}

  @Query(() => NamespaceConnection, { description: "The namespaces that you may see, by name." })
  namespaces(@Ctx() { actor }: Context, @Args(() => PageArgs) page: PageArgs): Promise<ConnectionSource<Namespace>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ name }) => [name],
      read: (limit) => this.service.namespaces(actor, { after, limit }),
      count: () => this.service.countNamespaces(actor),
    });
  }

  @Query(() => NamespaceType, {
    nullable: true,
    description: "One namespace, by its id or its name; null when there is none that you may see.",
  })
  namespace(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { nullable: true, description: "Its id." }) id: string | null,
    @Arg("name", () => String, { nullable: true, description: "Its name." }) name: string | null,
  ): Promise<Namespace | null> {
    return id ? this.service.namespace(actor, id) : this.service.named(actor, name ?? "");
  }

  @Mutation(() => NamespacePayload, {
    description:
      "Makes a namespace, in the cluster too, with a Secret to pull images with, a Pod Security Standard and a NetworkPolicy. Needs `namespace:create`.",
  })
  async createNamespace(
    @Ctx() { actor }: Context,
    @Arg("input", () => CreateNamespaceInputType, { description: "The new namespace." })
    input: CreateNamespaceInputType,
  ): Promise<NamespacePayload> {
    const { entity: namespace, cursor } = await this.service.create(actor, input);
    return { namespace, cursor };
  }

  @Mutation(() => NamespacePayload, { description: "Changes a namespace's settings. Needs `namespace:update`." })
  async updateNamespace(
    @Ctx() { actor }: Context,
    @Arg("input", () => UpdateNamespaceInputType, { description: "What changes." }) input: UpdateNamespaceInputType,
  ): Promise<NamespacePayload> {
    const { entity: namespace, cursor } = await this.service.update(actor, input);
    return { namespace, cursor };
  }

  @Mutation(() => ImportNamespacesPayload, {
    description:
      "Takes namespaces that the cluster has already under the platform's care. Neither a Pod Security Standard nor a NetworkPolicy is set, because pods that run in them may need more; `updateNamespace` sets them. Needs `namespace:import`.",
  })
  async importNamespaces(
    @Ctx() { actor }: Context,
    @Arg("input", () => ImportNamespacesInput, { description: "Which ones." }) input: ImportNamespacesInput,
  ): Promise<ImportNamespacesPayload> {
    const { entity: namespaces, cursor } = await this.service.import(actor, input);
    return { namespaces, cursor };
  }
}
