import type { Manifest } from "../../../upstreams/cluster-object.js";
import { quantityOf } from "../../../upstreams/quantity.js";
import type { ObservedCondition } from "../../foundation/condition.js";
import { readSecurity } from "./read-security.js";

/** A running Deployment, as far as an AppSpec can express it. */
export interface ReadApp {
  /** The fields of a spec that can be read from the cluster; the source repository is not among them. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly image: string;
  readonly selector: Readonly<Record<string, string>>;
  /** What a spec cannot express: it stays until the first release that the templates render. */
  readonly notes: readonly string[];
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly resources?: Readonly<Record<"requests" | "limits", Amounts | undefined>>;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext?: Parameters<typeof readSecurity>[1];
  readonly [more: string]: unknown;
}
interface Amounts {
  readonly cpu?: string;
  readonly memory?: string;
}
interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number | string };
  readonly tcpSocket?: { readonly port: number | string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly [timing: string]: unknown;
}
interface DeploymentSpec {
  readonly replicas?: number;
  readonly selector: { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: unknown };
  readonly template: {
    readonly spec: {
      readonly containers: readonly Container[];
      readonly securityContext?: Parameters<typeof readSecurity>[0];
      readonly [more: string]: unknown;
    };
  };
}

const ignoredFields = ["envFrom", "volumeMounts", "lifecycle", "startupProbe", "workingDir"];
const ignoredPodFields = [
  "volumes",
  "initContainers",
  "nodeSelector",
  "affinity",
  "tolerations",
  "hostNetwork",
  "hostAliases",
];
const timings = ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];

/** Reads a Deployment and the Ingress that leads to it. Pure. */
export function readApp(deployment: Manifest, host: string | undefined): ReadApp {
  const { replicas = 1, selector, template } = deployment["spec"] as DeploymentSpec;
  const { containers, ...pod } = template.spec;
  const container = containers.find(({ name }) => name === deployment.metadata.name) ?? containers[0]!;
  const notes: string[] = [];
  const others = containers.filter((each) => each !== container).map(({ name }) => name);
  if (others.length > 0) notes.push(`The containers ${others.join(", ")} are beside the app's own.`);
  for (const field of ignoredPodFields) if (isSet(pod[field])) notes.push(`The pods have ${field}.`);
  for (const field of ignoredFields) if (isSet(container[field])) notes.push(`The container has ${field}.`);
  const secrets = (container.env ?? []).filter(({ valueFrom }) => valueFrom !== undefined);
  if (secrets.length > 0)
    notes.push(`The variables ${secrets.map(({ name }) => name).join(", ")} come from other objects.`);
  const ports = portsOf(container);
  const probe = (which: "readinessProbe" | "livenessProbe"): object | undefined => {
    const read = probeOf(container[which], ports);
    if (container[which] && !read) notes.push(`The ${which} is of a kind that a spec does not know.`);
    return read;
  };
  const spec = {
    replicas,
    ports,
    resources: resourcesOf(container, notes),
    command: container.command ?? [],
    args: container.args ?? [],
    environment: (container.env ?? [])
      .filter(({ valueFrom }) => valueFrom === undefined)
      .map(({ name, value = "" }) => ({ name, value })),
    readinessProbe: probe("readinessProbe"),
    livenessProbe: probe("livenessProbe"),
    publicHost: host,
    security: readSecurity(pod.securityContext, container.securityContext, notes),
  };
  return { spec, image: container.image ?? "", selector: selector.matchLabels ?? {}, notes };
}

/** The reason why the Deployment cannot be imported; null if it can. */
export function importCondition(deployment: Manifest): ObservedCondition | null {
  const { selector, template } = deployment["spec"] as DeploymentSpec;
  if (selector.matchExpressions !== undefined)
    return { code: "NOT_IMPORTABLE", message: "Its selector has expressions, which no app's can have." };
  const [first] = template.spec.containers;
  return first?.image ? null : { code: "NOT_IMPORTABLE", message: "It has no container with an image." };
}

function portsOf({ ports = [] }: Container): { name: string; port: number; protocol: string }[] {
  return ports.map(({ name, containerPort: port, protocol = "TCP" }) => ({
    name: name ?? `port-${port}`,
    port,
    protocol,
  }));
}

function probeOf(probe: Probe | undefined, ports: ReturnType<typeof portsOf>): object | undefined {
  if (!probe) return undefined;
  const timing = Object.fromEntries(
    timings.flatMap((each) => (probe[each] === undefined ? [] : [[each, probe[each]]])),
  );
  const numbered = (port: number | string): number | undefined =>
    typeof port === "number" ? port : ports.find(({ name }) => name === port)?.port;
  if (probe.httpGet)
    return { kind: "HTTP", path: probe.httpGet.path ?? "/", port: numbered(probe.httpGet.port), ...timing };
  if (probe.tcpSocket) return { kind: "TCP", port: numbered(probe.tcpSocket.port), ...timing };
  if (probe.exec) return { kind: "EXEC", command: probe.exec.command ?? [], ...timing };
  return undefined;
}

/** The resources of a spec: missing ones are those of a new app, and a limit below its request is raised to it. */
function resourcesOf({ resources }: Container, notes: string[]): object {
  const fallback = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } };
  const amount = (side: "requests" | "limits", name: "cpu" | "memory"): string => {
    const said = resources?.[side]?.[name];
    if (said === undefined) notes.push(`It says no ${side} of ${name}; ${fallback[side][name]} are assumed.`);
    return said ?? fallback[side][name];
  };
  const side = (of: "requests" | "limits") => ({ cpu: amount(of, "cpu"), memory: amount(of, "memory") });
  const [requests, limits] = [side("requests"), side("limits")];
  const raised = (name: "cpu" | "memory") =>
    quantityOf(limits[name]) < quantityOf(requests[name]) ? requests[name] : limits[name];
  return { requests, limits: { cpu: raised("cpu"), memory: raised("memory") } };
}

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
