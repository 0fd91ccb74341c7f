import { type Fields, type KubeObject, isFields } from "./kube-object.js";
import { type Kind, apiVersionOf } from "./kinds.js";
import { quantity } from "./quantity.js";
import { StatusError, badRequest } from "./status-error.js";

const quantityRule = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Reads a request body as an object of this kind; what does not fit its types is refused as the real decoder does. */
export function decode(kind: Kind, body: Buffer): KubeObject {
  const object = decodeLoosely(kind, body);
  const problem = typeProblem(kind.kind, object as unknown as Fields);
  if (problem)
    throw badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${problem}`);
  return object;
}

/** Reads a body that need not fit the types of its kind yet, as apply does. */
export function decodeLoosely(kind: Kind, body: Buffer): KubeObject {
  const object = parse(body, kind);
  const { apiVersion = apiVersionOf(kind), kind: name = kind.kind } = object as { apiVersion?: string; kind?: string };
  if (name !== kind.kind || apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      `${name} in version "${apiVersion.split("/").at(-1)}" cannot be handled as a ${kind.kind}: no kind "${name}" is registered for it`,
    );
  }
  return {
    ...object,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: (object["metadata"] ?? {}) as unknown as KubeObject["metadata"],
  };
}

/** Refuses an applied object whose values do not fit their types; the real server answers 500 here. */
export function checkApplied(kind: Kind, object: KubeObject): void {
  const problem = typeProblem(kind.kind, object as unknown as Fields);
  if (!problem) return;
  const context =
    problem === quantityRule
      ? `failed to convert new object to proper version: unable to convert unstructured object to ${apiVersionOf(kind)}, Kind=${kind.kind}`
      : "failed to create typed patch object";
  throw new StatusError(500, "", `${context}: ${problem}`);
}

/** Any JSON object. */
export function parse(body: Buffer, kind: Kind): Fields {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (isFields(value)) return value;
  } catch {
    // answered below
  }
  throw badRequest(
    `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error (${body.toString().slice(0, 40)})`,
  );
}

function typeProblem(kind: string, object: Fields): string | undefined {
  for (const field of ["data", "stringData"]) {
    const wrong =
      (kind === "ConfigMap" || kind === "Secret") &&
      Object.entries(object[field] ?? {}).find(([, value]) => typeof value !== "string");
    if (wrong) return `json: cannot unmarshal ${typeof wrong[1]} into Go struct field ${kind}.${field} of type string`;
  }
  const undecodable =
    kind === "Secret" &&
    Object.values((object["data"] ?? {}) as Fields).find(
      (text) => typeof text === "string" && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text),
    );
  if (undecodable) return "illegal base64 data at input byte 0";
  for (const field of ["labels", "annotations"]) {
    const wrong = Object.entries(((object["metadata"] as Fields | undefined)?.[field] ?? {}) as Fields).find(
      ([, value]) => typeof value !== "string" && value !== null,
    );
    if (wrong)
      return `json: cannot unmarshal ${typeof wrong[1]} into Go struct field ObjectMeta.metadata.${field} of type string`;
  }
  return hasBadQuantity(object) ? quantityRule : undefined;
}

function hasBadQuantity(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasBadQuantity);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([name, child]) => {
    const isAmounts = (name === "requests" || name === "limits" || name === "hard") && isFields(child);
    return isAmounts ? Object.values(child).some((amount) => quantity(amount) === undefined) : hasBadQuantity(child);
  });
}
