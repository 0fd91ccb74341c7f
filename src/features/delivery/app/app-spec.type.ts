import { Field, InputType, Int, ObjectType } from "type-graphql";
import { publishEnum } from "../../foundation/graphql.js";
import { Text } from "../../foundation/text-bound.js";
import { Capability, Language, PortProtocol, ProbeKind, SourceProvider } from "./app-spec.js";

publishEnum(Language, "Language", "What an app is written in; it decides how it is built.", {
  GO: "Go.",
  JAVA: "Java.",
  NODE: "JavaScript or TypeScript on Node.js.",
  PYTHON: "Python.",
  STATIC: "Files that a web server hands out.",
});
publishEnum(SourceProvider, "SourceProvider", "Where a repository is hosted.", { GITHUB: "GitHub." });
publishEnum(PortProtocol, "PortProtocol", "What is spoken on a port.", { TCP: "TCP, HTTP included.", UDP: "UDP." });
publishEnum(ProbeKind, "ProbeKind", "How a container is asked whether it is well.", {
  HTTP: "By a GET request, which any status from 200 to 399 answers well.",
  TCP: "By opening a connection.",
  EXEC: "By a command in the container, which status 0 answers well.",
});

publishEnum(Capability, "Capability", "What a process may do that others may not, by the names of Linux.", {
  AUDIT_WRITE: "Write to the kernel's audit log.",
  CHOWN: "Give files to another user.",
  DAC_OVERRIDE: "Read and write files whatever their permissions say.",
  FOWNER: "Change files as if it owned them.",
  FSETID: "Keep the set-user-id bits of files that it changes.",
  KILL: "Signal processes of other users.",
  MKNOD: "Make device files.",
  NET_BIND_SERVICE: "Listen on ports below 1024.",
  SETFCAP: "Give files capabilities.",
  SETGID: "Become another group.",
  SETPCAP: "Give capabilities away.",
  SETUID: "Become another user.",
  SYS_CHROOT: "Take another folder as its root.",
});

// Each of these classes is an output and an input at once: what you read can be sent back.

@ObjectType("Repository", { description: "A Git repository." })
@InputType("RepositoryInput", { description: "A Git repository." })
export class RepositoryType {
  @Field(() => SourceProvider, { description: "Where it is hosted." })
  readonly provider!: SourceProvider;
  @Field(() => String, { description: "`owner/name`." })
  readonly path!: string;
}

@ObjectType("Port", { description: "A port that the app listens on." })
@InputType("PortInput", { description: "A port that the app listens on." })
export class PortType {
  @Field(() => String, { description: "A name of at most 15 lower-case letters, digits and dashes, like `http`." })
  readonly name!: string;
  @Field(() => Int, { description: "1 to 65535." })
  readonly port!: number;
  @Field(() => PortProtocol, { defaultValue: "TCP", description: "What is spoken on it." })
  readonly protocol!: PortProtocol;
}

@ObjectType("ResourceAmounts", { description: "An amount of CPU and memory." })
@InputType("ResourceAmountsInput", { description: "An amount of CPU and memory." })
export class ResourceAmountsType {
  @Field(() => String, { description: "CPU in cores or millicores: `0.5`, `500m`." })
  readonly cpu!: string;
  @Field(() => String, { description: "Memory in bytes with a unit: `256Mi`, `1Gi`." })
  readonly memory!: string;
}

@ObjectType("Resources", { description: "What each replica gets." })
@InputType("ResourcesInput", { description: "What each replica gets." })
export class ResourcesType {
  @Field(() => ResourceAmountsType, {
    defaultValue: { cpu: "100m", memory: "128Mi" },
    description: "What a node must have free for it.",
  })
  readonly requests!: ResourceAmountsType;
  @Field(() => ResourceAmountsType, {
    defaultValue: { cpu: "1", memory: "512Mi" },
    description: "What it can never exceed.",
  })
  readonly limits!: ResourceAmountsType;
}

@ObjectType("EnvironmentVariable", {
  description: "A variable in the app's environment. Not for secrets: everyone who sees the app reads it.",
})
@InputType("EnvironmentVariableInput", {
  description: "A variable in the app's environment. Not for secrets: everyone who sees the app reads it.",
})
export class EnvironmentVariableType {
  @Field(() => String, { description: "Its name." })
  readonly name!: string;
  @Text({ most: 32_768, content: "ANYTHING" })
  @Field(() => String, { description: "Its value, taken literally." })
  readonly value!: string;
}

@ObjectType("Probe", { description: "How Kubernetes asks a container whether it is well." })
@InputType("ProbeInput", { description: "How Kubernetes asks a container whether it is well." })
export class ProbeType {
  @Field(() => ProbeKind, { description: "How it is asked." })
  readonly kind!: ProbeKind;
  @Field(() => String, { nullable: true, description: "For HTTP: the path, starting with `/`." })
  readonly path?: string | null;
  @Field(() => Int, { nullable: true, description: "For HTTP and TCP: the port." })
  readonly port?: number | null;
  @Text({ content: "ANYTHING" })
  @Field(() => [String], { nullable: true, description: "For EXEC: the command, word by word." })
  readonly command?: string[] | null;
  @Field(() => Int, { defaultValue: 0, description: "Seconds from the container's start to the first question." })
  readonly initialDelaySeconds!: number;
  @Field(() => Int, { defaultValue: 10, description: "Seconds between questions." })
  readonly periodSeconds!: number;
  @Field(() => Int, { defaultValue: 1, description: "Seconds to wait for an answer." })
  readonly timeoutSeconds!: number;
  @Field(() => Int, { defaultValue: 1, description: "Good answers in a row until it counts as well." })
  readonly successThreshold!: number;
  @Field(() => Int, { defaultValue: 3, description: "Bad answers in a row until it counts as unwell." })
  readonly failureThreshold!: number;
}

@ObjectType("Autoscaling", { description: "How many replicas run, by what they have to do." })
@InputType("AutoscalingInput", { description: "How many replicas run, by what they have to do." })
export class AutoscalingType {
  @Field(() => Int, { description: "How many replicas run at least, 1 to 100." })
  readonly minReplicas!: number;
  @Field(() => Int, { description: "How many replicas run at most, up to 100." })
  readonly maxReplicas!: number;
  @Field(() => Int, {
    defaultValue: 80,
    description: "How much of the CPU that they request they are to use on average, in percent; 1 to 1000.",
  })
  readonly cpuPercent!: number;
}

@ObjectType("Security", { description: "As whom an app's container runs, and what it may do." })
@InputType("SecurityInput", { description: "As whom an app's container runs, and what it may do." })
export class SecurityType {
  @Field(() => Int, {
    nullable: true,
    description:
      "The user that it runs as, 1 to 2147483647; without it, the image's. Give it when the image names its user by a word, which the cluster cannot tell from root.",
  })
  readonly runAsUser?: number | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Whether it may run as root. To save or approve true needs `app:privilege`, unless it is approved already.",
  })
  readonly runAsRoot!: boolean;
  @Field(() => [Capability], {
    defaultValue: [],
    description:
      "The capabilities that it keeps; all others are dropped. To save or approve any needs `app:privilege`, unless it is approved already.",
  })
  readonly capabilities!: Capability[];
}

@ObjectType("AppSpec", { description: "What a team wants run." })
@InputType("AppSpecInput", {
  description: "What a team wants run. A Dockerfile in the repository and these few words are enough.",
})
export class AppSpecType {
  @Field(() => Language, { description: "What it is written in." })
  readonly language!: Language;
  @Field(() => RepositoryType, { description: "Where its source is." })
  readonly repository!: RepositoryType;
  @Field(() => String, { defaultValue: ".", description: "The directory that is built, from the repository's root." })
  readonly buildPath!: string;
  @Field(() => String, { defaultValue: "Dockerfile", description: "The Dockerfile, from the repository's root." })
  readonly dockerfilePath!: string;
  @Field(() => [PortType], { defaultValue: [], description: "The ports it listens on." })
  readonly ports!: PortType[];
  @Field(() => Int, {
    defaultValue: 1,
    description: "How many replicas run, 0 to 100. Not asked while there is `autoscaling`.",
  })
  readonly replicas!: number;
  @Field(() => AutoscalingType, {
    nullable: true,
    description:
      "How many replicas run, by what they have to do; without it, `replicas`. An app that goes over to it while it runs may have one replica for the seconds until the autoscaler has looked.",
  })
  readonly autoscaling?: AutoscalingType | null;
  @Field(() => ResourcesType, { defaultValue: {}, description: "What each replica gets." })
  readonly resources!: ResourcesType;
  @Text({ most: 4_000, content: "ANYTHING" })
  @Field(() => [String], {
    defaultValue: [],
    description: "Replaces the image's entrypoint, word by word, when it is not empty.",
  })
  readonly command!: string[];
  @Text({ most: 4_000, content: "ANYTHING" })
  @Field(() => [String], {
    defaultValue: [],
    description: "Replaces the image's arguments, word by word, when it is not empty.",
  })
  readonly args!: string[];
  @Field(() => [EnvironmentVariableType], { defaultValue: [], description: "Variables in its environment." })
  readonly environment!: EnvironmentVariableType[];
  @Field(() => ProbeType, {
    nullable: true,
    description: "Whether a replica can take requests; without it, a running one can.",
  })
  readonly readinessProbe?: ProbeType | null;
  @Field(() => ProbeType, {
    nullable: true,
    description: "Whether a replica must be restarted; without it, only when it ends.",
  })
  readonly livenessProbe?: ProbeType | null;
  @Field(() => String, {
    nullable: true,
    description:
      "The host name under which the first TCP port is reachable from outside. One that `Namespace.domains` covers, and that no other app has; it is kept in lower case, and in Punycode.",
  })
  readonly publicHost?: string | null;
  @Field(() => SecurityType, {
    nullable: true,
    description:
      "As whom its container runs, and what it may do; without it, as the image's user, who must not be root, and without any capability.",
  })
  readonly security?: SecurityType | null;
}
