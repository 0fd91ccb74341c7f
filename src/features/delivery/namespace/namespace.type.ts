import { Field, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, EditInput, MutationPayload, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import { Text } from "../../foundation/text-bound.js";
import { NamespacePhase, PodSecurity, type Namespace } from "./namespace.entity.js";

publishEnum(NamespacePhase, "NamespacePhase", "Whether a namespace is ready in the cluster.", {
  PENDING: "The namespace is being created in the cluster.",
  READY: "The namespace is ready for apps.",
  FAILED: "The cluster refused the namespace; `condition` says why. The platform tries again.",
});

publishEnum(
  PodSecurity,
  "PodSecurity",
  "A Pod Security Standard of Kubernetes, which says what pods of a namespace may do.",
  {
    PRIVILEGED: "Pods are not restricted at all.",
    BASELINE: "Pods may run as root, but may not access their node.",
    RESTRICTED: "Pods may neither run as root nor have capabilities.",
  },
);

@ObjectType("Namespace", {
  implements: NodeType,
  description: "A group of apps: one Kubernetes Namespace of the same name.",
})
export class NamespaceType
  extends NodeType
  implements
    Pick<
      Namespace,
      | "id"
      | "name"
      | "displayName"
      | "phase"
      | "condition"
      | "autoRollBack"
      | "registryServer"
      | "podSecurity"
      | "isIsolated"
      | "createdAt"
      | "version"
    >
{
  @Field(() => String, { description: "The namespace's name in Kubernetes; it never changes." })
  readonly name!: string;
  @Field(() => String, { description: "The name that people see." })
  readonly displayName!: string;
  @Field(() => NamespacePhase, { description: "Whether the namespace is ready in the cluster." })
  readonly phase!: NamespacePhase;
  @Field(() => ConditionType, {
    nullable: true,
    description:
      "Why the namespace is not in the cluster as desired; null when nothing is wrong. The platform tries again.",
  })
  readonly condition!: Condition | null;
  @Field(() => Boolean, {
    description: "Whether the platform rolls back automatically when a rollout fails.",
  })
  readonly autoRollBack!: boolean;
  @Field(() => String, {
    nullable: true,
    description: "The image registry of the namespace's apps; null for the platform's registry.",
  })
  readonly registryServer!: string | null;
  @Field(() => PodSecurity, {
    nullable: true,
    description:
      "The Pod Security Standard that the platform enforces in the namespace. Null while it enforces none, because the namespace was imported or is older than this setting; `updateNamespace` sets it.",
  })
  readonly podSecurity!: PodSecurity | null;
  @Field(() => Boolean, {
    description:
      "Whether a NetworkPolicy isolates the pods: only each other and the cluster's ingress can reach them, and they can reach only each other, DNS and the internet, as the template `NAMESPACE_NETWORK_POLICY` defines.",
  })
  readonly isIsolated!: boolean;
  @Field(() => Date, { description: "When the namespace was created or imported." })
  readonly createdAt!: Date;
  @Field(() => Int, { description: "A number that grows with every edit. Pass it as `expectedVersion`." })
  readonly version!: number;
}
export const NamespaceConnection = connectionOf("Namespace", () => NamespaceType, "namespaces");

@InputType("RegistryInput", { description: "The image registry to push to and pull from." })
export class RegistryInputType {
  @Field(() => String, { description: "The registry's address: `host[:port][/path]`, without `https://`." })
  readonly server!: string;
  @Field(() => String, {
    nullable: true,
    description:
      "The user name with which pods pull images, if the registry needs a login. Use an account that can only pull: builds push with credentials that Jenkins holds.",
  })
  readonly username?: string | null;
  @Text({ most: 10_000, content: "ANYTHING" })
  @Field(() => String, {
    nullable: true,
    description: "The password or token of that user. It is encrypted at rest and never returned.",
  })
  readonly password?: string | null;
}

@InputType("CreateNamespaceInput", { description: "The namespace to create." })
export class CreateNamespaceInputType extends RepeatableInput {
  @Field(() => String, { description: "The name in Kubernetes: at most 50 lower-case letters, digits and dashes." })
  readonly name!: string;
  @Field(() => String, { nullable: true, description: "The name that people see; defaults to `name`." })
  readonly displayName?: string | null;
  @Field(() => RegistryInputType, {
    nullable: true,
    description: "The namespace's own image registry; defaults to the platform's.",
  })
  readonly registry?: RegistryInputType | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the platform rolls back automatically when a rollout fails.",
  })
  readonly autoRollBack?: boolean | null;
}

@InputType("UpdateNamespaceInput", { description: "The changes to a namespace. Omitted fields stay as they are." })
export class UpdateNamespaceInputType extends EditInput {
  @Field(() => String, { nullable: true, description: "The new name that people see." })
  readonly displayName?: string | null;
  @Field(() => RegistryInputType, { nullable: true, description: "The namespace's own image registry." })
  readonly registry?: RegistryInputType | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the platform rolls back automatically when a rollout fails.",
  })
  readonly autoRollBack?: boolean | null;
  @Field(() => PodSecurity, {
    nullable: true,
    description:
      "The Pod Security Standard to enforce from now on, at least as strict as the platform's. Running pods that violate it go on, but are not recreated once they end.",
  })
  readonly podSecurity?: PodSecurity | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      "Pass true to isolate the namespace by the default NetworkPolicy. This cannot be undone, so make sure that its pods need no other connections.",
  })
  readonly isIsolated?: boolean | null;
}

@InputType("AllowNamespaceInput", {
  description:
    "What a namespace may use. An empty list allows nothing, null allows the platform's default, and an omitted field stays as it is.",
})
export class AllowNamespaceInputType extends EditInput {
  @Field(() => [String], {
    nullable: true,
    description:
      "Hosts (`shop.example.com`), or patterns for hosts with one more label (`*.team.example.com`, which covers neither `team.example.com` nor `a.b.team.example.com`). Case and a trailing dot do not matter; names in other scripts are stored in Punycode. At most 100.",
  })
  readonly domains?: string[] | null;
  @Field(() => [String], {
    nullable: true,
    description:
      "Owners (`acme`), repositories (`acme/shop`), prefixes (`acme/shop-*`), or `*` for all that the platform can read. At most 100.",
  })
  readonly repositories?: string[] | null;
}

@ObjectType("NamespacePayload", { description: "The namespace after the change." })
export class NamespacePayload extends MutationPayload {
  @Field(() => NamespaceType, { description: "The namespace after the change." })
  readonly namespace!: Namespace;
}

@InputType({ description: "The namespaces of the cluster to import." })
export class ImportNamespacesInput extends RepeatableInput {
  @Field(() => [String], {
    nullable: true,
    description:
      "The names of the namespaces. When omitted, all that do not belong to Kubernetes and that the cluster lets the platform manage.",
  })
  readonly names?: string[] | null;
}

@ObjectType("ImportNamespacesPayload", { description: "The namespaces that were imported." })
export class ImportNamespacesPayload extends MutationPayload {
  @Field(() => [NamespaceType], {
    description: "The requested namespaces, all of which the platform manages now.",
  })
  readonly namespaces!: readonly Namespace[];
}
