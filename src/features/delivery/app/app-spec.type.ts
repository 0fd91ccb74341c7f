import { Field, InputType, Int, ObjectType } from "type-graphql";
import { publishEnum } from "../../foundation/graphql.js";
import { Text } from "../../foundation/text-bound.js";
import { Capability, Language, PortProtocol, ProbeKind, SourceProvider } from "./app-spec.js";

publishEnum(Language, "Language", "The language of an app, which decides how the app is built.", {
  GO: "An app written in Go.",
  JAVA: "An app written in Java.",
  NODE: "JavaScript or TypeScript on Node.js.",
  PYTHON: "An app written in Python.",
  STATIC: "Static files that a web server serves.",
});
publishEnum(SourceProvider, "SourceProvider", "The host of a Git repository.", {
  GITHUB: "A repository on GitHub.",
});
publishEnum(PortProtocol, "PortProtocol", "The transport protocol of a port.", {
  TCP: "TCP, which HTTP uses too.",
  UDP: "UDP, for instance for DNS.",
});
publishEnum(ProbeKind, "ProbeKind", "The method by which a probe checks a container.", {
  HTTP: "A GET request; a status from 200 to 399 is success.",
  TCP: "A TCP connection; opening it is success.",
  EXEC: "A command in the container; exit code 0 is success.",
});

publishEnum(Capability, "Capability", "A Linux capability that a container may keep.", {
  AUDIT_WRITE: "Write to the kernel's audit log.",
  CHOWN: "Change the owner of files.",
  DAC_OVERRIDE: "Bypass the permission checks of files.",
  FOWNER: "Change files as if the process owned them.",
  FSETID: "Keep the set-user-id bits of modified files.",
  KILL: "Send signals to processes of other users.",
  MKNOD: "Create device files with mknod.",
  NET_BIND_SERVICE: "Listen on ports below 1024.",
  SETFCAP: "Set the capabilities of files.",
  SETGID: "Change the group ids of the process.",
  SETPCAP: "Change the capabilities of the process.",
  SETUID: "Change the user ids of the process.",
  SYS_CHROOT: "Change the root directory with chroot.",
});

// Each of these classes is an output and an input at once: what you read can be sent back.

@ObjectType("Repository", { description: "The Git repository that holds an app's source." })
@InputType("RepositoryInput", { description: "The Git repository that holds an app's source." })
export class RepositoryType {
  @Field(() => SourceProvider, { description: "The host of the repository." })
  readonly provider!: SourceProvider;
  @Field(() => String, { description: "The repository's path, like `owner/name`." })
  readonly path!: string;
}

@ObjectType("Port", { description: "A port on which the app listens." })
@InputType("PortInput", { description: "A port on which the app listens." })
export class PortType {
  @Field(() => String, {
    description: "The port's name: at most 15 lower-case letters, digits and dashes, like `http`.",
  })
  readonly name!: string;
  @Field(() => Int, { description: "The port number, 1 to 65535." })
  readonly port!: number;
  @Field(() => PortProtocol, { defaultValue: "TCP", description: "The transport protocol of the port." })
  readonly protocol!: PortProtocol;
}

@ObjectType("ResourceAmounts", { description: "Amounts of CPU and memory." })
@InputType("ResourceAmountsInput", { description: "Amounts of CPU and memory." })
export class ResourceAmountsType {
  @Field(() => String, { description: "CPU in cores or millicores: `0.5`, `500m`." })
  readonly cpu!: string;
  @Field(() => String, { description: "Memory in bytes with a unit: `256Mi`, `1Gi`." })
  readonly memory!: string;
}

@ObjectType("Resources", { description: "CPU and memory of each replica: what is requested, and the limits." })
@InputType("ResourcesInput", { description: "CPU and memory of each replica: what is requested, and the limits." })
export class ResourcesType {
  @Field(() => ResourceAmountsType, {
    defaultValue: { cpu: "100m", memory: "128Mi" },
    description: "The amounts that a node reserves for each replica.",
  })
  readonly requests!: ResourceAmountsType;
  @Field(() => ResourceAmountsType, {
    defaultValue: { cpu: "1", memory: "512Mi" },
    description: "The amounts that a replica cannot exceed.",
  })
  readonly limits!: ResourceAmountsType;
}

@ObjectType("EnvironmentVariable", {
  description:
    "A variable in the app's environment. Do not use it for secrets: everyone who may read the app can read it.",
})
@InputType("EnvironmentVariableInput", {
  description:
    "A variable in the app's environment. Do not use it for secrets: everyone who may read the app can read it.",
})
export class EnvironmentVariableType {
  @Field(() => String, { description: "The environment variable's name." })
  readonly name!: string;
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => String, { description: "The variable's value, taken literally." })
  readonly value!: string;
}

@ObjectType("Probe", { description: "A Kubernetes probe, which checks whether a container works." })
@InputType("ProbeInput", { description: "A Kubernetes probe, which checks whether a container works." })
export class ProbeType {
  @Field(() => ProbeKind, { description: "The method by which the container is checked." })
  readonly kind!: ProbeKind;
  @Field(() => String, { nullable: true, description: "For HTTP: the path to request, starting with `/`." })
  readonly path?: string | null;
  @Field(() => Int, { nullable: true, description: "For HTTP and TCP: the port to connect to." })
  readonly port?: number | null;
  @Text({ content: "ANYTHING" })
  @Field(() => [String], { nullable: true, description: "For EXEC: the command and its arguments, one per item." })
  readonly command?: string[] | null;
  @Field(() => Int, { defaultValue: 0, description: "Seconds between the container's start and the first check." })
  readonly initialDelaySeconds!: number;
  @Field(() => Int, { defaultValue: 10, description: "Seconds between two checks." })
  readonly periodSeconds!: number;
  @Field(() => Int, { defaultValue: 1, description: "Seconds after which a check without an answer fails." })
  readonly timeoutSeconds!: number;
  @Field(() => Int, { defaultValue: 1, description: "Consecutive successful checks after which the probe succeeds." })
  readonly successThreshold!: number;
  @Field(() => Int, { defaultValue: 3, description: "Consecutive failed checks after which the probe fails." })
  readonly failureThreshold!: number;
}

@ObjectType("Autoscaling", {
  description: "A range of replicas, and the CPU load by which Kubernetes chooses among them.",
})
@InputType("AutoscalingInput", {
  description: "A range of replicas, and the CPU load by which Kubernetes chooses among them.",
})
export class AutoscalingType {
  @Field(() => Int, { description: "The smallest number of replicas, 1 to 100." })
  readonly minReplicas!: number;
  @Field(() => Int, { description: "The largest number of replicas, at most 100." })
  readonly maxReplicas!: number;
  @Field(() => Int, {
    defaultValue: 80,
    description: "The target CPU use of the replicas on average, in percent of what they request; 1 to 1000.",
  })
  readonly cpuPercent!: number;
}

@ObjectType("Security", { description: "The user that an app's container runs as, and its Linux capabilities." })
@InputType("SecurityInput", { description: "The user that an app's container runs as, and its Linux capabilities." })
export class SecurityType {
  @Field(() => Int, {
    nullable: true,
    description:
      "The id of the user that the container runs as, 1 to 2147483647; the image's user when omitted. Set it if the image names its user instead of giving a number, because the cluster cannot tell such a user from root.",
  })
  readonly runAsUser?: number | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Whether the container may run as root. To save or approve true needs `app:privilege`, unless it is approved already.",
  })
  readonly runAsRoot!: boolean;
  @Field(() => [Capability], {
    defaultValue: [],
    description:
      "The capabilities that the container keeps; all others are dropped. To save or approve any needs `app:privilege`, unless it is approved already.",
  })
  readonly capabilities!: Capability[];
}

@ObjectType("AppSpec", { description: "The desired state of an app: its source, how it is built, and how it runs." })
@InputType("AppSpecInput", {
  description:
    "The desired state of an app: its source, how it is built, and how it runs. A Dockerfile in the repository and these fields are enough.",
})
export class AppSpecType {
  @Field(() => Language, { description: "The language that the app is written in." })
  readonly language!: Language;
  @Field(() => RepositoryType, { description: "The repository that holds the app's source." })
  readonly repository!: RepositoryType;
  @Field(() => String, { defaultValue: ".", description: "The directory to build, relative to the repository's root." })
  readonly buildPath!: string;
  @Field(() => String, {
    defaultValue: "Dockerfile",
    description: "The path of the Dockerfile, relative to the repository's root.",
  })
  readonly dockerfilePath!: string;
  @Field(() => [PortType], { defaultValue: [], description: "The ports on which the app listens." })
  readonly ports!: PortType[];
  @Field(() => Int, {
    defaultValue: 1,
    description: "The number of replicas, 0 to 100. Ignored while `autoscaling` is set.",
  })
  readonly replicas!: number;
  @Field(() => AutoscalingType, {
    nullable: true,
    description:
      "Lets Kubernetes choose the number of replicas by their load; without it, `replicas` counts. A running app that switches to autoscaling may have one replica for some seconds, until the autoscaler has run.",
  })
  readonly autoscaling?: AutoscalingType | null;
  @Field(() => ResourcesType, { defaultValue: {}, description: "CPU and memory of each replica." })
  readonly resources!: ResourcesType;
  @Text({ most: 4_000, content: "ANYTHING" })
  @Field(() => [String], {
    defaultValue: [],
    description: "Replaces the image's entrypoint when not empty; one word per item.",
  })
  readonly command!: string[];
  @Text({ most: 4_000, content: "ANYTHING" })
  @Field(() => [String], {
    defaultValue: [],
    description: "Replaces the image's arguments when not empty; one word per item.",
  })
  readonly args!: string[];
  @Field(() => [EnvironmentVariableType], { defaultValue: [], description: "The variables in the app's environment." })
  readonly environment!: EnvironmentVariableType[];
  @Field(() => ProbeType, {
    nullable: true,
    description: "Decides whether a replica receives requests; without it, every running replica does.",
  })
  readonly readinessProbe?: ProbeType | null;
  @Field(() => ProbeType, {
    nullable: true,
    description: "Decides whether a replica is restarted; without it, only a replica that has ended is.",
  })
  readonly livenessProbe?: ProbeType | null;
  @Field(() => String, {
    nullable: true,
    description:
      "The host name under which the first TCP port is reachable from outside the cluster. `Namespace.domains` must cover it, and no other app may have it. It is stored in lower case and in Punycode.",
  })
  readonly publicHost?: string | null;
  @Field(() => SecurityType, {
    nullable: true,
    description:
      "The user and the capabilities of the container. Without it, the container runs as the image's user, who must not be root, without capabilities.",
  })
  readonly security?: SecurityType | null;
}
