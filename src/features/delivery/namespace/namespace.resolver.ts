import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { decodeCursor } from "../../../kernel/page.js";
import type { Allowances } from "./allowances.js";
import type { Context } from "../../foundation/context.js";
import { connect, PageArgs, type ConnectionSource } from "../../foundation/graphql.js";
import type { Namespace } from "./namespace.entity.js";
import type { NamespaceReader } from "./namespace.reader.js";
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
    private readonly reader: NamespaceReader,
    private readonly allowances: Allowances,
  ) {}

  @FieldResolver(() => [String], {
    description:
      "The hosts that apps of the namespace may claim, each by one app: a host (`shop.example.com`), or all hosts with one more label (`*.team.example.com`).",
  })
  domains(@Root() namespace: Namespace): readonly string[] {
    return this.allowances.domains(namespace);
  }

  @FieldResolver(() => [String], {
    description:
      "The repositories that apps of the namespace may be built from: an owner (`acme`), a repository (`acme/shop`), a prefix (`acme/shop-*`), or `*` for all that the platform can read.",
  })
  repositories(@Root() namespace: Namespace): readonly string[] {
    return this.allowances.repositories(namespace);
  }

  @Query(() => NamespaceConnection, { description: "The namespaces that you may read, sorted by name." })
  namespaces(@Ctx() { actor }: Context, @Args(() => PageArgs) page: PageArgs): Promise<ConnectionSource<Namespace>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    return connect(page, {
      position: ({ name }) => [name],
      read: (limit) => this.reader.namespaces(actor, { after, limit }),
      count: () => this.reader.countNamespaces(actor),
    });
  }

  @Query(() => NamespaceType, {
    nullable: true,
    description: "The namespace with this id or name; null when it does not exist or you may not read it.",
  })
  namespace(
    @Ctx() { actor }: Context,
    @Arg("id", () => ID, { nullable: true, description: "The id of the namespace." }) id: string | null,
    @Arg("name", () => String, { nullable: true, description: "The name of the namespace." }) name: string | null,
  ): Promise<Namespace | null> {
    return id ? this.reader.namespace(actor, id) : this.reader.named(actor, name ?? "");
  }

  @Mutation(() => NamespacePayload, {
    description:
      "Creates a namespace here and in the cluster, with an image pull Secret, a Pod Security Standard and a NetworkPolicy. Needs `namespace:create`.",
  })
  async createNamespace(
    @Ctx() { actor }: Context,
    @Arg("input", () => CreateNamespaceInputType, { description: "The namespace to create." })
    input: CreateNamespaceInputType,
  ): Promise<NamespacePayload> {
    const { entity: namespace, cursor } = await this.service.create(actor, input);
    return { namespace, cursor };
  }

  @Mutation(() => NamespacePayload, { description: "Changes a namespace's settings. Needs `namespace:update`." })
  async updateNamespace(
    @Ctx() { actor }: Context,
    @Arg("input", () => UpdateNamespaceInputType, { description: "The changes to the namespace." })
    input: UpdateNamespaceInputType,
  ): Promise<NamespacePayload> {
    const { entity: namespace, cursor } = await this.service.update(actor, input);
    return { namespace, cursor };
  }

  @Mutation(() => NamespacePayload, {
    description:
      "Sets which domains and repositories a namespace may use. Running apps are not affected; later builds and releases are refused where they use what is no longer allowed. Needs `namespace:allow`.",
  })
  async allowNamespace(
    @Ctx() { actor }: Context,
    @Arg("input", () => AllowNamespaceInputType, { description: "The domains and repositories to allow." })
    input: AllowNamespaceInputType,
  ): Promise<NamespacePayload> {
    const { entity: namespace, cursor } = await this.service.allow(actor, input);
    return { namespace, cursor };
  }

  @Mutation(() => ImportNamespacesPayload, {
    description:
      "Imports namespaces that exist in the cluster. If the cluster has the platform's admission policies, its administrators must offer the namespaces first. The import sets neither a Pod Security Standard nor a NetworkPolicy, because running pods may need more; `updateNamespace` sets them. Needs `namespace:import`.",
  })
  async importNamespaces(
    @Ctx() { actor }: Context,
    @Arg("input", () => ImportNamespacesInput, { description: "The namespaces of the cluster to import." })
    input: ImportNamespacesInput,
  ): Promise<ImportNamespacesPayload> {
    const { entity: namespaces, cursor } = await this.service.import(actor, input);
    return { namespaces, cursor };
  }
}
