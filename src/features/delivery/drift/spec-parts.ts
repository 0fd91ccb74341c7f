import type { AppSpec } from "../app/app-spec.js";
import type { FieldPath } from "../../../upstreams/live-object.js";
import { isMap, type FieldMap } from "./live-values.js";

/** The part of a spec that a field of a live object comes from: `replicas`, `environment[COLOUR]`. */
export type SpecPart =
  | "replicas"
  | "command"
  | "args"
  | "ports"
  | "resources"
  | "readinessProbe"
  | "livenessProbe"
  | "publicHost"
  | VariablePart;
type VariablePart = `environment[${string}]`;

/** The spec with the live value of one part, or why a spec cannot express it. */
type ReadPart = { readonly spec: unknown } | { readonly problem: string };

const ofContainer: Readonly<Record<string, SpecPart>> = {
  command: "command",
  args: "args",
  ports: "ports",
  resources: "resources",
  readinessProbe: "readinessProbe",
  livenessProbe: "livenessProbe",
};

/** The part of the spec that a field comes from; undefined when the spec has none. `own` is the name of the app's container. */
export function partOf(kind: string, path: FieldPath, own: string): SpecPart | undefined {
  if (kind === "Ingress") return path[0] === "spec" && path[1] === "rules" ? "publicHost" : undefined;
  const [spec, template, inner, containers, container, field, item] = path;
  if (spec === "spec" && template === "replicas") return "replicas";
  const isInside = spec === "spec" && template === "template" && inner === "spec" && containers === "containers";
  if (!isInside || typeof container !== "object" || container["name"] !== own || typeof field !== "string")
    return undefined;
  if (field === "env" && typeof item === "object") return `environment[${String(item["name"])}]`;
  return ofContainer[field];
}

/** The spec with the live value of one part. The result is not validated here. */
export function withPart(spec: AppSpec, part: SpecPart, content: FieldMap, own: string): ReadPart {
  const container = containerOf(content, own);
  switch (part) {
    case "replicas":
      return { spec: { ...spec, replicas: at(content, "spec")["replicas"] } };
    case "command":
    case "args":
      return { spec: { ...spec, [part]: container[part] ?? [] } };
    case "ports":
      return withPorts(spec, list(container["ports"]));
    case "resources":
      return { spec: { ...spec, resources: amountsOf(spec.resources, at(container, "resources")) } };
    case "readinessProbe":
    case "livenessProbe":
      return { spec: { ...spec, [part]: container[part] === undefined ? null : probeOf(at(container, part)) } };
    case "publicHost":
      return { spec: { ...spec, publicHost: at(list(at(content, "spec")["rules"])[0], "")["host"] } };
    default:
      return withVariable(spec, variableOf(part), list(container["env"]));
  }
}

const variableOf = (part: VariablePart): string => part.slice("environment[".length, -1);

/** A map of a map; empty when there is none. Without a name the value itself. */
function at(value: unknown, name: string): FieldMap {
  const inner = name === "" ? value : isMap(value) ? value[name] : undefined;
  return isMap(inner) ? inner : {};
}

const list = (value: unknown): readonly FieldMap[] => (Array.isArray(value) ? value.filter(isMap) : []);

const containerOf = (content: FieldMap, own: string): FieldMap =>
  list(at(at(at(content, "spec"), "template"), "spec")["containers"]).find(({ name }) => name === own) ?? {};

function withPorts(spec: AppSpec, ports: readonly FieldMap[]): ReadPart {
  if (ports.some(({ name }) => name === undefined)) return { problem: "A spec's ports have names: give it one." };
  return {
    spec: {
      ...spec,
      ports: ports.map(({ name, containerPort, protocol }) => ({ name, port: containerPort, protocol })),
    },
  };
}

function withVariable(spec: AppSpec, name: string, variables: readonly FieldMap[]): ReadPart {
  const found = variables.find((each) => each["name"] === name);
  if (found?.["valueFrom"] !== undefined)
    return { problem: "Its value comes from elsewhere, and a spec holds values themselves." };
  const others = spec.environment.filter((each) => each.name !== name);
  if (!found) return { spec: { ...spec, environment: others } };
  const value = found["value"] ?? "";
  const isKnown = others.length < spec.environment.length;
  const changed = spec.environment.map((each) => (each.name === name ? { name, value } : each));
  return { spec: { ...spec, environment: isKnown ? changed : [...spec.environment, { name, value }] } };
}

/** Amounts that the live object lacks stay as they are: a spec always has them. */
function amountsOf({ requests, limits }: AppSpec["resources"], live: FieldMap): unknown {
  const merged = (own: AppSpec["resources"]["limits"], name: string): unknown => {
    const { cpu = own.cpu, memory = own.memory } = at(live, name);
    return { cpu, memory };
  };
  return { requests: merged(requests, "requests"), limits: merged(limits, "limits") };
}

const timing = ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];

function probeOf(probe: FieldMap): unknown {
  const times = Object.fromEntries(timing.flatMap((name) => (name in probe ? [[name, probe[name]]] : [])));
  const { path, port } = at(probe, "httpGet");
  if ("httpGet" in probe) return { kind: "HTTP", path: path ?? "/", port, ...times };
  if ("tcpSocket" in probe) return { kind: "TCP", port: at(probe, "tcpSocket")["port"], ...times };
  return { kind: "EXEC", command: at(probe, "exec")["command"], ...times };
}
