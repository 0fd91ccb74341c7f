import { type Fields, type KubeObject, isFields, same } from "./kube-object.js";
import { Findings, checkLabelName, serviceName, serviceRule, subdomain, subdomainRule } from "./findings.js";
import { checkPodSpec } from "./pod-validation.js";
import { type LabelSelector, labelSelector, selectorText } from "./selector.js";
import type { Cause } from "./status-error.js";

function checkName(found: Findings, kind: string, name: string): void {
  if (kind.startsWith("Role") || kind.startsWith("ClusterRole")) return;
  if (kind === "Namespace") checkLabelName(found, "metadata.name", name);
  else if (kind === "Service") {
    if (!serviceName.test(name)) found.invalid("metadata.name", name, serviceRule);
  } else if (name.length > 253) found.invalid("metadata.name", name, "must be no more than 253 characters");
  else if (!subdomain.test(name)) found.invalid("metadata.name", name, subdomainRule);
}

function checkLabels(found: Findings, field: string, labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) {
    const name = key.split("/").at(-1) ?? "";
    if (!/^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/.test(name))
      found.invalid(
        field,
        key,
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      );
    if (value.length > 63) found.invalid(field, value, "must be no more than 63 characters");
    else if (!/^([A-Za-z0-9]([-\w.]*[A-Za-z0-9])?)?$/.test(value))
      found.invalid(
        field,
        value,
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      );
  }
}

/** Go's notation of a map, which messages about labels use. */
const goMap = (labels: Readonly<Record<string, string>>): string =>
  labels === undefined
    ? "map[string]string(nil)"
    : `map[string]string{${Object.keys(labels)
        .sort()
        .map((key) => `${JSON.stringify(key)}:${JSON.stringify(labels[key])}`)
        .join(", ")}}`;

function checkWorkload(found: Findings, spec: Fields, old: Fields | undefined): void {
  const template = (spec["template"] ?? {}) as { metadata?: { labels?: Record<string, string> }; spec?: Fields };
  const selector = spec["selector"] as LabelSelector | undefined;
  const replicas = Number(spec["replicas"] ?? 0);
  if (replicas < 0) found.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
  const labels = template.metadata?.labels ?? {};
  if (!selector || selectorText(selector) === "") found.required("spec.selector");
  if (!selector || selectorText(selector) === "" || !labelSelector(selectorText(selector))(labels)) {
    found.causes.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${goMap(labels)}: \`selector\` does not match template \`labels\``,
      field: "spec.template.metadata.labels",
    });
  }
  checkLabels(found, "spec.template.labels", labels);
  checkPodSpec(found, "spec.template.spec", withClaims(template.spec ?? {}, spec["volumeClaimTemplates"]));
  const strategy = spec["strategy"] as { type?: string; rollingUpdate?: unknown } | undefined;
  if (strategy?.type === "Recreate" && strategy.rollingUpdate !== undefined)
    found.forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
  if (old && !same(old["selector"], spec["selector"])) {
    found.causes.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: v1.LabelSelector{MatchLabels:${goMap(selector?.matchLabels ?? {})}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable`,
      field: "spec.selector",
    });
  }
}

/** The pods of a StatefulSet have a volume for each of its claim templates. */
function withClaims(pod: Fields, claims: unknown): Fields {
  if (!Array.isArray(claims)) return pod;
  const claimed = (claims as readonly { metadata?: { name?: string } }[]).map(({ metadata }) => ({
    name: metadata?.name,
    persistentVolumeClaim: { claimName: metadata?.name },
  }));
  return { ...pod, volumes: [...((pod["volumes"] as readonly Fields[] | undefined) ?? []), ...claimed] };
}

const checks: Readonly<Record<string, (found: Findings, object: KubeObject, old: KubeObject | undefined) => void>> = {
  Deployment: (found, object, old) =>
    checkWorkload(found, object["spec"] as Fields, old?.["spec"] as Fields | undefined),
  ReplicaSet: (found, object, old) =>
    checkWorkload(found, object["spec"] as Fields, old?.["spec"] as Fields | undefined),
  StatefulSet: (found, object, old) =>
    checkWorkload(found, object["spec"] as Fields, old?.["spec"] as Fields | undefined),
  Pod: (found, object, old) => {
    checkPodSpec(found, "spec", object["spec"] as Fields);
    const fixed = (pod: KubeObject): Fields => {
      const {
        containers,
        tolerations: _,
        activeDeadlineSeconds: __,
        ...spec
      } = pod["spec"] as { containers: readonly Fields[] } & Fields;
      return { ...spec, containers: containers.map(({ image: ___, ...container }) => container) };
    };
    if (old && !same(fixed(old), fixed(object)))
      found.forbidden(
        "spec",
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
      );
  },
  Service: (found, object, old) => {
    const {
      ports = [],
      type,
      clusterIP,
    } = object["spec"] as { ports?: readonly Fields[]; type?: string; clusterIP?: string };
    if (ports.length === 0 && clusterIP !== "None" && type !== "ExternalName") found.required("spec.ports");
    ports.forEach(({ name, port }, at) => {
      if (ports.length > 1 && !name) found.required(`spec.ports[${at}].name`);
      else if (typeof name === "string") checkLabelName(found, `spec.ports[${at}].name`, name);
      if (!(Number(port) >= 1 && Number(port) <= 65_535))
        found.invalid(`spec.ports[${at}].port`, port, "must be between 1 and 65535, inclusive");
    });
    const before = (old?.["spec"] as { clusterIP?: string } | undefined)?.clusterIP;
    if (before && type !== "ExternalName" && before !== clusterIP)
      found.invalid("spec.clusterIP", clusterIP, "field is immutable");
  },
  ConfigMap: (found, object) => checkKeys(found, object["data"]),
  PersistentVolumeClaim: (found, object, old) => {
    const fixed = (claim: KubeObject): Fields => ({
      ...(claim["spec"] as Fields),
      resources: undefined,
      volumeName: undefined,
    });
    if (old && !same(fixed(old), fixed(object)))
      found.forbidden(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
      );
  },
  Secret: (found, object, old) => {
    checkKeys(found, object["data"]);
    const { data = {}, type } = object as unknown as { data?: Readonly<Record<string, string>>; type: string };
    if (old && old["type"] !== type) found.invalid("type", type, "field is immutable");
    if (type === "kubernetes.io/dockerconfigjson") checkDockerConfig(found, data[".dockerconfigjson"]);
    if (type === "kubernetes.io/tls")
      for (const key of ["tls.crt", "tls.key"]) if (data[key] === undefined) found.required(`data[${key}]`);
  },
  Ingress: (found, object) => {
    const { rules, defaultBackend } = object["spec"] as {
      rules?: readonly { host?: string; http?: { paths?: readonly { path?: string; pathType?: string }[] } }[];
      defaultBackend?: unknown;
    };
    if (!rules?.length && defaultBackend === undefined)
      found.invalid("spec", object["spec"], "either `defaultBackend` or `rules` must be specified");
    rules?.forEach(({ host, http }, at) => {
      if (host && !subdomain.test(host.replace(/^\*\./, "")))
        found.invalid(`spec.rules[${at}].host`, host, subdomainRule);
      http?.paths?.forEach(({ path, pathType }, index) => {
        const field = `spec.rules[${at}].http.paths[${index}]`;
        if (!pathType) found.required(`${field}.pathType`, "pathType must be specified");
        else if (pathType !== "ImplementationSpecific" && !(path ?? "").startsWith("/"))
          found.invalid(`${field}.path`, path ?? "", "must be an absolute path");
      });
    });
  },
};

function checkKeys(found: Findings, data: unknown): void {
  for (const key of Object.keys(data ?? {})) {
    if (!/^[-.\w]+$/.test(key))
      found.invalid(
        `data[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      );
  }
}

function checkDockerConfig(found: Findings, encoded: string | undefined): void {
  const field = "data[.dockerconfigjson]";
  if (encoded === undefined) return found.required(field);
  try {
    const config: unknown = JSON.parse(Buffer.from(encoded, "base64").toString());
    if (!isFields(config)) found.invalid(field, "<secret contents redacted>", "json: cannot unmarshal into a map");
  } catch {
    found.invalid(field, "<secret contents redacted>", "invalid character looking for beginning of value");
  }
}

/** All errors of the object; `old` is the object that it would replace. */
export function validate(object: KubeObject, old: KubeObject | undefined): readonly Cause[] {
  const found = new Findings();
  if (!old) checkName(found, object.kind, object.metadata.name);
  checkLabels(found, "metadata.labels", object.metadata.labels ?? {});
  checks[object.kind]?.(found, object, old);
  return found.causes;
}
