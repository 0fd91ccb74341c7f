import type { KubeObject } from "./kube-object.js";
import { badRequest } from "./status-error.js";

/** Whether an object is among those that were asked for. */
export type Matches = (object: KubeObject) => boolean;

type Labels = Readonly<Record<string, string>>;

/** Reads a label selector, equality-based (`a=b,c!=d`) and set-based (`a in (b,c)`, `a notin (b)`, `a`, `!a`). */
export function labelSelector(text: string): (labels: Labels) => boolean {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(requirement);
  return (labels) => requirements.every((holds) => holds(labels));
}

function requirement(text: string): (labels: Labels) => boolean {
  const set = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key, operator, list] = set as unknown as [string, string, string, string];
    const values = list.split(",").map((value) => value.trim());
    return operator === "in"
      ? (labels) => labels[key] !== undefined && values.includes(labels[key])
      : (labels) => labels[key] === undefined || !values.includes(labels[key]);
  }
  const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(text);
  if (equality) {
    const [, key, operator, value] = equality as unknown as [string, string, string, string];
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const existence = /^(!?)\s*([\w./-]+)$/.exec(text);
  if (!existence) throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
  const [, not, key] = existence as unknown as [string, string, string];
  return not === "!" ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
}

/** What `spec.selector` of a Deployment or ReplicaSet selects. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The selector in its query form, as `scale` reports it. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const words: Readonly<Record<string, (key: string, values: string) => string>> = {
    In: (key, values) => `${key} in (${values})`,
    NotIn: (key, values) => `${key} notin (${values})`,
    Exists: (key) => key,
    DoesNotExist: (key) => `!${key}`,
  };
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => words[operator]?.(key, values.join(",")) ?? key),
  ].join(",");
}

/** The fields each kind can be selected by, besides its name and namespace. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
    "status.podIP",
  ],
  Event: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "source",
    "type",
    "reportingComponent",
  ],
  Secret: ["type"],
  Namespace: ["status.phase"],
  Node: ["spec.unschedulable"],
  ReplicaSet: ["status.replicas"],
  Job: ["status.successful"],
};

/** Reads a field selector; a field that the kind cannot be selected by is refused. */
export function fieldSelector(kind: string, text: string): Matches {
  const terms = text
    .split(",")
    .filter((part) => part !== "")
    .map((part) => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
      if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      const [, field, operator, value] = match as unknown as [string, string, string, string];
      if (!["metadata.name", "metadata.namespace", ...(selectable[kind] ?? [])].includes(field))
        throw badRequest(`field label not supported: ${field}`);
      return (object: KubeObject) => (read(object, field) === value) === (operator !== "!=");
    });
  return (object) => terms.every((holds) => holds(object));
}

function read(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const field of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[field];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
