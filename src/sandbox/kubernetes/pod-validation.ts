import type { Fields } from "./kube-object.js";
import { quantity } from "./quantity.js";
import { type Findings, checkLabelName } from "./findings.js";

interface ContainerDraft {
  readonly name?: string;
  readonly image?: string;
  readonly ports?: readonly { readonly containerPort?: number }[];
  readonly env?: readonly { readonly name?: string }[];
  readonly readinessProbe?: ProbeDraft | null;
  readonly livenessProbe?: ProbeDraft | null;
  readonly startupProbe?: ProbeDraft | null;
  readonly volumeMounts?: readonly { readonly name?: string; readonly mountPath?: string }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

interface ProbeDraft {
  readonly httpGet?: { readonly port?: number | string } | null;
  readonly tcpSocket?: { readonly port?: number | string } | null;
  readonly exec?: object | null;
  readonly grpc?: object | null;
}

/** Notes what is wrong with a pod's spec. */
export function checkPodSpec(found: Findings, field: string, spec: Fields): void {
  const { containers = [], volumes = [] } = spec as {
    containers?: readonly ContainerDraft[];
    volumes?: readonly { readonly name?: string }[];
  };
  volumes.forEach(({ name }, at) => {
    if (!name) found.required(`${field}.volumes[${at}].name`);
    else if (volumes.findIndex((other) => other.name === name) < at)
      found.duplicate(`${field}.volumes[${at}].name`, name);
    else checkLabelName(found, `${field}.volumes[${at}].name`, name);
  });
  if (containers.length === 0) found.required(`${field}.containers`);
  const volumeNames = new Set(volumes.map(({ name }) => name));
  containers.forEach((container, at) => {
    const isDuplicate = containers.findIndex(({ name }) => name === container.name) < at;
    if (isDuplicate) found.duplicate(`${field}.containers[${at}].name`, container.name);
    checkContainer(found, `${field}.containers[${at}]`, container, volumeNames);
  });
}

function checkContainer(
  found: Findings,
  field: string,
  container: ContainerDraft,
  volumes: ReadonlySet<string | undefined>,
): void {
  const { name, image, ports = [], env = [], volumeMounts = [] } = container;
  if (!name) found.required(`${field}.name`);
  else checkLabelName(found, `${field}.name`, name);
  if (!image) found.required(`${field}.image`);
  ports.forEach(({ containerPort = 0 }, at) => {
    if (containerPort < 1 || containerPort > 65_535)
      found.invalid(`${field}.ports[${at}].containerPort`, containerPort, "must be between 1 and 65535, inclusive");
  });
  env.forEach((variable, at) => {
    if (!variable.name) found.required(`${field}.env[${at}].name`);
  });
  volumeMounts.forEach((mount, at) => {
    if (!volumes.has(mount.name)) found.notFound(`${field}.volumeMounts[${at}].name`, mount.name);
    if (!mount.mountPath) found.required(`${field}.volumeMounts[${at}].mountPath`);
  });
  for (const which of ["livenessProbe", "readinessProbe", "startupProbe"] as const)
    if (container[which]) checkProbe(found, `${field}.${which}`, container[which]);
  const { requests = {}, limits = {} } = container.resources ?? {};
  for (const [resource, value] of Object.entries(requests)) {
    const limit = quantity(limits[resource]);
    if (limit !== undefined && (quantity(value) ?? 0) > limit)
      found.invalid(`${field}.resources.requests`, value, `must be less than or equal to ${resource} limit`);
  }
}

/** One handler, and one only; its port is a name or a number. */
function checkProbe(found: Findings, field: string, probe: ProbeDraft): void {
  const handlers = (["exec", "httpGet", "tcpSocket", "grpc"] as const).filter((each) => probe[each]);
  if (handlers.length === 0) found.required(field, "must specify a handler type");
  for (const handler of handlers.slice(1))
    found.forbidden(`${field}.${handler}`, "may not specify more than 1 handler type");
  for (const handler of ["httpGet", "tcpSocket"] as const) {
    const given = probe[handler];
    const port = given?.port ?? 0;
    if (given && typeof port === "number" && (port < 1 || port > 65_535))
      found.invalid(`${field}.${handler}.port`, port, "must be between 1 and 65535, inclusive");
  }
}
