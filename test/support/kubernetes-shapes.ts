import * as kubernetes from "@kubernetes/client-node";
import type { Manifest } from "../../src/upstreams/cluster-object.js";

/** A field of a Kubernetes type, as the OpenAPI of its release says it (generated into the client library). */
interface Field {
  readonly baseName: string;
  readonly type: string;
}
type Model = { getAttributeTypeMap(): readonly Field[] };

const models = kubernetes as unknown as Readonly<Record<string, Model | undefined>>;

/** What is wrong with an object (`apps/v1 Deployment` is V1Deployment) by the types of Kubernetes: fields that it has not, and values of another type. */
export function shapeProblems({ apiVersion, kind, ...rest }: Manifest): string[] {
  const name = `${apiVersion.split("/").at(-1)!.replace(/^v/, "V")}${kind}`;
  const problems: string[] = [];
  check(name, { apiVersion, kind, ...rest }, kind, problems);
  return problems;
}

/** The same of a container. */
export function containerProblems(container: unknown): string[] {
  const problems: string[] = [];
  check("V1Container", container, "container", problems);
  return problems;
}

const primitives: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  Date: (value) => typeof value === "string",
  any: () => true,
  IntOrString: (value) => typeof value === "string" || typeof value === "number",
};

function check(type: string, value: unknown, path: string, problems: string[]): void {
  const isPrimitive = primitives[type];
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  const wrong = (): void => void problems.push(`${path} is no ${type}`);
  if (isPrimitive) return isPrimitive(value) ? undefined : wrong();
  if (list !== undefined) {
    if (!Array.isArray(value)) return wrong();
    return value.forEach((item, index) => check(list, item, `${path}[${index}]`, problems));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong();
  if (map !== undefined) {
    return Object.entries(value).forEach(([key, item]) => check(map, item, `${path}.${key}`, problems));
  }
  const fields = models[type]?.getAttributeTypeMap();
  if (!fields) return void problems.push(`${path}: Kubernetes has no type ${type}`);
  for (const [key, item] of Object.entries(value)) {
    const field = fields.find(({ baseName }) => baseName === key);
    if (field) check(field.type, item, `${path}.${key}`, problems);
    else problems.push(`${path} has no field ${key}`);
  }
}
