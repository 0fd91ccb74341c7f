import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import type { Allowances } from "./allowances.js";
import type { Context } from "../../foundation/context.js";
import { connect, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import type { Namespace } from "./namespace.entity.js";
import type { NamespaceService } from "./namespace.service.js";
import {
  AllowNamespaceInputType,
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
  constructor(
    private readonly service: NamespaceService,
    private readonly allowances: Allowances,
  ) {}

  @FieldResolver(() => [String], {
    description:
      "The hosts that its apps may have, first come first served: a host (`shop.example.com`), or every host of one more label (`*.team.example.com`).",
  })
  domains(@Root() namespace: Namespace): readonly string[] {
    return this.allowances.domains(namespace);
  }

  @FieldResolver(() => [String], {
    description:
      "The repositories that its apps may be built from: an owner (`acme`), a repository (`acme/shop`), the beginning of a name (`acme/shop-*`), or `*` for all that the platform can read.",
  })
  repositories(@Root() namespace: Namespace): readonly string[] {
    return this.allowances.repositories(namespace);
  }

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

  @Mutation(() => NamespacePayload, {
    description:
      "Says which domains and repositories a namespace may use. What runs already goes on; what comes next is refused where it is not allowed any more. Needs `namespace:allow`.",
  })
  async allowNamespace(
    @Ctx() { actor }: Context,
    @Arg("input", () => AllowNamespaceInputType, { description: "What it may use." }) input: AllowNamespaceInputType,
  ): Promise<NamespacePayload> {
    const { entity: namespace, cursor } = await this.service.allow(actor, input);
    return { namespace, cursor };
  }

  @Mutation(() => ImportNamespacesPayload, {
    description:
      "Takes namespaces that the cluster has already under the platform's care. Where the cluster has the platform's admission policies, its administrators offer them first. Neither a Pod Security Standard nor a NetworkPolicy is set, because pods that run in them may need more; `updateNamespace` sets them. Needs `namespace:import`.",
  })
  async importNamespaces(
    @Ctx() { actor }: Context,
    @Arg("input", () => ImportNamespacesInput, { description: "Which ones." }) input: ImportNamespacesInput,
  ): Promise<ImportNamespacesPayload> {
    const { entity: namespaces, cursor } = await this.service.import(actor, input);
    return { namespaces, cursor };
  }
}
