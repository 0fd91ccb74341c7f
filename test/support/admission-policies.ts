import { Environment } from "@marcbachmann/cel-js";
import type { Manifest } from "../../src/upstreams/cluster-object.js";

interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
}

interface Expression {
  readonly name: string;
  readonly expression: string;
}

export interface ValidatingAdmissionPolicy extends Manifest {
  readonly spec: {
    readonly matchConstraints: {
      readonly resourceRules: readonly ResourceRule[];
      readonly excludeResourceRules?: readonly ResourceRule[];
    };
    readonly matchConditions?: readonly Expression[];
    readonly variables?: readonly Expression[];
    readonly validations: readonly { readonly expression: string; readonly message: string; readonly reason: string }[];
  };
}

/** An AdmissionRequest, with the objects that it is about as the API server hands them to an expression. */
export interface Admission {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  /** `apps/deployments`, `/pods`; the core group is empty. */
  readonly resource: string;
  readonly subResource?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly username: string;
  readonly object?: object | null;
  readonly oldObject?: object | null;
  /** Undefined for what lies in no namespace. */
  readonly namespaceObject?: object;
}

// Lists of one type and no optional types, as in Kubernetes 1.30.
const environment = new Environment();
for (const name of ["object", "oldObject", "namespaceObject", "request", "variables"])
  environment.registerVariable(name, "dyn");

/** The messages of the validations that refuse the request; an expression that fails refuses it too, as `failurePolicy: Fail` says. */
export function refusalsOf(policies: readonly ValidatingAdmissionPolicy[], admission: Admission): string[] {
  return policies.flatMap(({ spec }) => {
    const { resourceRules, excludeResourceRules = [] } = spec.matchConstraints;
    const isCovered = (rule: ResourceRule): boolean => covers(rule, admission);
    if (!resourceRules.some(isCovered) || excludeResourceRules.some(isCovered)) return [];
    const inputs = inputsOf(admission);
    const conditions = (spec.matchConditions ?? []).map(({ expression }) => evaluated(expression, inputs));
    // One that is false takes the request out, whatever the others come to.
    if (conditions.includes(false)) return [];
    const broken = conditions.filter((condition) => condition instanceof Error);
    if (broken.length > 0) return broken.map(({ message }) => message);
    for (const { name, expression } of spec.variables ?? []) {
      const value = evaluated(expression, inputs);
      // Read lazily: what fails, fails where it is used.
      if (!(value instanceof Error)) inputs.variables[name] = value;
    }
    return spec.validations.flatMap(({ expression, message }) => {
      const answer = evaluated(expression, inputs);
      if (answer === true) return [];
      return [answer instanceof Error ? answer.message : message];
    });
  });
}

/** What is wrong with an expression as such. */
export function expressionProblem(expression: string): string | undefined {
  const { valid, error } = environment.check(expression);
  return valid ? undefined : String(error);
}

interface Inputs {
  readonly [name: string]: unknown;
  readonly variables: Record<string, unknown>;
}

function inputsOf(admission: Admission): Inputs {
  const { operation, resource, subResource, name, namespace, username } = admission;
  const [group = "", plural = ""] = resource.split("/");
  return {
    // An AdmissionRequest leaves out what is empty.
    request: {
      operation,
      resource: { group, version: "v1", resource: plural },
      ...(subResource !== undefined && { subResource }),
      name,
      ...(namespace !== undefined && { namespace }),
      userInfo: { username, groups: ["system:authenticated"] },
    },
    object: typed(admission.object ?? null),
    oldObject: typed(admission.oldObject ?? null),
    namespaceObject: typed(admission.namespaceObject ?? null),
    variables: {},
  };
}

function evaluated(expression: string, inputs: Inputs): unknown {
  try {
    return environment.evaluate(expression, inputs);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Whole numbers are integers to CEL. */
function typed(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item)]));
}

function covers({ apiGroups, operations, resources }: ResourceRule, admission: Admission): boolean {
  const { operation, resource, subResource } = admission;
  const [group = "", plural = ""] = resource.split("/");
  const has = (list: readonly string[], word: string): boolean => list.includes("*") || list.includes(word);
  const isNamed = resources.some((each) => {
    const [wanted, wantedPart] = each.split("/");
    if (wanted !== "*" && wanted !== plural) return false;
    return wantedPart === "*" || wantedPart === subResource;
  });
  return has(apiGroups, group) && has(operations, operation) && isNamed;
}
