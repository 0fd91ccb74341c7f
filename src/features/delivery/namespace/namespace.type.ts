import { Field, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, EditInput, MutationPayload, publishEnum, RepeatableInput } from "../../foundation/graphql.js";
import type { Condition } from "../../foundation/condition.js";
import { ConditionType } from "../../foundation/condition.type.js";
import { NodeType } from "../../foundation/node.type.js";
import { Text } from "../../foundation/text-bound.js";
import { NamespacePhase, PodSecurity, type Namespace } from "./namespace.entity.js";

publishEnum(NamespacePhase, "NamespacePhase", "How far a namespace is.", {
  PENDING: "Being made in the cluster.",
  READY: "Ready for apps.",
  FAILED: "The cluster refused it; `condition` says why. It is tried again.",
});

publishEnum(PodSecurity, "PodSecurity", "Which pods a namespace takes: a Pod Security Standard of Kubernetes.", {
  PRIVILEGED: "Any.",
  BASELINE: "Those that do not reach their node. They may run as root.",
  RESTRICTED: "Those that neither run as root nor have capabilities.",
});

@ObjectType("Namespace", {
  implements: NodeType,
  description: "A place for apps; one Kubernetes Namespace of the same name.",
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
  @Field(() => String, { description: "The name in Kubernetes; it never changes." })
  readonly name!: string;
  @Field(() => String, { description: "The name for people." })
  readonly displayName!: string;
  @Field(() => NamespacePhase, { description: "How far it is." })
  readonly phase!: NamespacePhase;
  @Field(() => ConditionType, {
    nullable: true,
    description: "Why it is not in the cluster as it should be; the platform tries again. null when nothing is wrong.",
  })
  readonly condition!: Condition | null;
  @Field(() => Boolean, {
    description: "Whether a failed rollout is answered by putting the last good release live again.",
  })
  readonly autoRollBack!: boolean;
  @Field(() => String, { nullable: true, description: "The image registry of its apps; null means the platform's." })
  readonly registryServer!: string | null;
  @Field(() => PodSecurity, {
    nullable: true,
    description:
      "Which pods the cluster takes in it, by labels that the platform sets. null where it sets none: the namespace was imported, or made before the platform knew of them, and `updateNamespace` has not asked for it.",
  })
  readonly podSecurity!: PodSecurity | null;
  @Field(() => Boolean, {
    description:
      "Whether its pods are reached by each other and by the cluster's ingress alone, and reach each other, DNS and the internet alone, as the template `NAMESPACE_NETWORK_POLICY` says.",
  })
  readonly isIsolated!: boolean;
  @Field(() => Date, { description: "Since when it is here." })
  readonly createdAt!: Date;
  @Field(() => Int, { description: "Grows with every edit; give it as `expectedVersion`." })
  readonly version!: number;
}
export const NamespaceConnection = connectionOf("Namespace", () => NamespaceType, "namespaces");

@InputType("RegistryInput", { description: "Where images are pushed to and pulled from." })
export class RegistryInputType {
  @Field(() => String, { description: "`host[:port][/path]`, without `https://`." })
  readonly server!: string;
  @Field(() => String, {
    nullable: true,
    description:
      "The user name that pods pull images with, when the registry asks for a login. Give one that may do nothing else: builds push with credentials that Jenkins holds.",
  })
  readonly username?: string | null;
  @Text({ most: 10_000, content: "ANYTHING" })
  @Field(() => String, {
    nullable: true,
    description: "The password or token. It is encrypted at rest and never returned.",
  })
  readonly password?: string | null;
}

@InputType("CreateNamespaceInput", { description: "A new namespace." })
export class CreateNamespaceInputType extends RepeatableInput {
  @Field(() => String, { description: "At most 50 lower-case letters, digits and dashes." })
  readonly name!: string;
  @Field(() => String, { nullable: true, description: "The name for people; the name itself when it is not given." })
  readonly displayName?: string | null;
  @Field(() => RegistryInputType, {
    nullable: true,
    description: "Its own image registry; the platform's when it is not given.",
  })
  readonly registry?: RegistryInputType | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether a failed rollout is answered by putting the last good release live again.",
  })
  readonly autoRollBack?: boolean | null;
}

@InputType("UpdateNamespaceInput", { description: "What changes; what is not given stays." })
export class UpdateNamespaceInputType extends EditInput {
  @Field(() => String, { nullable: true, description: "The name for people." })
  readonly displayName?: string | null;
  @Field(() => RegistryInputType, { nullable: true, description: "Its own image registry." })
  readonly registry?: RegistryInputType | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether a failed rollout is answered by putting the last good release live again.",
  })
  readonly autoRollBack?: boolean | null;
  @Field(() => PodSecurity, {
    nullable: true,
    description:
      "Which pods the cluster takes from now on, at least what the platform enforces. Pods that run already are left alone, and are not made again if they are against it.",
  })
  readonly podSecurity?: PodSecurity | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "true isolates it by the default NetworkPolicy, for good: what runs in it must not need more.",
  })
  readonly isIsolated?: boolean | null;
}

@InputType("AllowNamespaceInput", {
  description:
    "What a namespace may use. An empty list is nothing, null is what the platform lets every namespace use, and what is not given stays.",
})
export class AllowNamespaceInputType extends EditInput {
  @Field(() => [String], {
    nullable: true,
    description:
      "A host (`shop.example.com`), or every host of one more label (`*.team.example.com`, which is neither `team.example.com` nor `a.b.team.example.com`). Case and a trailing dot do not matter; names of other scripts are kept in Punycode. At most 100.",
  })
  readonly domains?: string[] | null;
  @Field(() => [String], {
    nullable: true,
    description:
      "An owner (`acme`), a repository (`acme/shop`), the beginning of a name (`acme/shop-*`), or `*` for all that the platform can read. At most 100.",
  })
  readonly repositories?: string[] | null;
}

@ObjectType("NamespacePayload", { description: "The namespace as it is now." })
export class NamespacePayload extends MutationPayload {
  @Field(() => NamespaceType, { description: "The namespace." })
  readonly namespace!: Namespace;
}

@InputType({ description: "Which namespaces of the cluster to take over." })
export class ImportNamespacesInput extends RepeatableInput {
  @Field(() => [String], {
    nullable: true,
    description: "Their names; without them, all that are not Kubernetes' own and that the cluster lets us have.",
  })
  readonly names?: string[] | null;
}

@ObjectType("ImportNamespacesPayload", { description: "What was taken over." })
export class ImportNamespacesPayload extends MutationPayload {
  @Field(() => [NamespaceType], {
    description: "Every namespace that was asked for; all of them are under the platform's care now.",
  })
  readonly namespaces!: readonly Namespace[];
}
