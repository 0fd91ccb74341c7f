import { Field, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf, EditInput, MutationPayload, publishEnum, RepeatableInput } from "../graphql.js";
import { NodeType } from "../node.type.js";
import { NamespacePhase, type Namespace } from "./namespace.entity.js";
import { Text } from "../text-bound.js";

publishEnum(NamespacePhase, "NamespacePhase", "How far a namespace is.", {
  PENDING: "Being made in the cluster.",
  READY: "Ready for apps.",
  FAILED: "The cluster refused it; `failure` says why. It is tried again.",
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
      "id" | "name" | "displayName" | "phase" | "failure" | "autoRollBack" | "registryServer" | "createdAt" | "version"
    >
{
  @Field(() => String, { description: "The name in Kubernetes; it never changes." })
  readonly name!: string;
  @Field(() => String, { description: "The name for people." })
  readonly displayName!: string;
  @Field(() => NamespacePhase, { description: "How far it is." })
  readonly phase!: NamespacePhase;
  @Field(() => String, { nullable: true, description: "Why the cluster refused it." })
  readonly failure!: string | null;
  @Field(() => Boolean, {
    description: "Whether a failed rollout is answered by putting the last good release live again.",
  })
  readonly autoRollBack!: boolean;
  @Field(() => String, { nullable: true, description: "The image registry of its apps; null means the platform's." })
  readonly registryServer!: string | null;
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
  @Field(() => String, { nullable: true, description: "The user name, when the registry asks for a login." })
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
    description: "Their names; without them, all that are not Kubernetes' own.",
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
