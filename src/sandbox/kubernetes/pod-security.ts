import { type Fields, isFields } from "./kube-object.js";
import { kindOf } from "./kinds.js";
import type { ObjectStore } from "./object-store.js";
import { forbidden } from "./status-error.js";
import type { Pod } from "./workload-types.js";

type Level = "baseline" | "restricted";

interface SeenPod {
  readonly spec: Pod["spec"];
  readonly context: Fields;
  readonly containers: readonly SeenContainer[];
}

interface SeenContainer {
  readonly name: string;
  readonly fields: Fields;
  readonly context: Fields;
}

/** Throws 403 when a new pod is against the standard that its namespace enforces, worded as PodSecurity admission does (1.31). */
export function admitBySecurity(store: ObjectStore, pod: Pod): void {
  const labels = store.get("Namespace", undefined, pod.metadata.namespace ?? "")?.metadata.labels;
  const enforced = labels?.["pod-security.kubernetes.io/enforce"];
  if (enforced !== "baseline" && enforced !== "restricted") return;
  const seen = look(pod);
  const found = [...baseline(seen), ...(enforced === "restricted" ? containers("restricted", seen) : [])];
  if (found.length > 0)
    throw forbidden(kindOf("Pod"), pod.metadata.name, `violates PodSecurity "${enforced}:latest": ${found.join(", ")}`);
}

function look({ spec }: Pod): SeenPod {
  const all = ["initContainers", "containers"].flatMap((list) =>
    listOf(spec[list]).map((fields) => ({
      name: nameOf(fields),
      fields,
      context: mapOf(fields["securityContext"]),
    })),
  );
  return { spec, context: mapOf(spec["securityContext"]), containers: all };
}

const mapOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

const nameOf = ({ name }: Fields): string => (typeof name === "string" ? name : "");

const capabilities = new Set(
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(
    " ",
  ),
);
const sysctls = new Set(
  "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start net.ipv4.tcp_syncookies net.ipv4.ping_group_range".split(
    " ",
  ),
);
/** What is wrong with each container: what it is called in a refusal, what the containers must do, and which do not. */
const ofContainers: readonly (readonly [Level, string, string, (container: SeenContainer, pod: SeenPod) => boolean, "pod or "?])[] = [
  ["baseline", "privileged", "must not set securityContext.privileged=true", ({ context }) => context["privileged"] === true],
  ["baseline", "hostPort", "must not use hostPort", ({ fields }) => listOf(fields["ports"]).some(({ hostPort }) => Boolean(hostPort))],
  ["baseline", "procMount", `must not set securityContext.procMount to "Unmasked"`, ({ context }) => context["procMount"] === "Unmasked"],
  ["baseline", "seccompProfile", `must not set securityContext.seccompProfile.type to "Unconfined"`, ({ context }, pod) => [context, pod.context].some((each) => typeOf(each, "seccompProfile") === "Unconfined")],
  ["baseline", "forbidden AppArmor profile", `must not set securityContext.appArmorProfile.type to "Unconfined"`, ({ context }, pod) => [context, pod.context].some((each) => typeOf(each, "appArmorProfile") === "Unconfined")],
  ["restricted", "allowPrivilegeEscalation != false", "must set securityContext.allowPrivilegeEscalation=false", ({ context }) => context["allowPrivilegeEscalation"] !== false],
  ["restricted", "unrestricted capabilities", `must set securityContext.capabilities.drop=["ALL"]`, ({ context }) => !capabilitiesIn(context, "drop").includes("ALL")],
  ["restricted", "runAsNonRoot != true", "must set securityContext.runAsNonRoot=true", ({ context }, pod) => (context["runAsNonRoot"] ?? pod.context["runAsNonRoot"]) !== true, "pod or "],
  ["restricted", "seccompProfile", `must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`, ({ context }, pod) => (typeOf(context, "seccompProfile") ?? typeOf(pod.context, "seccompProfile")) === undefined, "pod or "],
]; // prettier-ignore

function containers(level: Level, pod: SeenPod): string[] {
  return ofContainers
    .filter(([of]) => of === level)
    .flatMap(([, called, must, isWrong, orPod = ""]) => {
      const wrong = pod.containers.filter((container) => isWrong(container, pod)).map(({ name }) => name);
      return wrong.length === 0 ? [] : [`${called} (${orPod}${named("container", wrong)} ${must})`];
    });
}

/** What is wrong with the pod as a whole. */
function baseline(pod: SeenPod): string[] {
  const { spec, context } = pod;
  const host = ["hostNetwork", "hostPID", "hostIPC"].filter((word) => spec[word] === true);
  const volumes = listOf(spec["volumes"]).filter((volume) => "hostPath" in volume);
  const foreign = (container: SeenContainer) =>
    capabilitiesIn(container.context, "add").filter((each) => !capabilities.has(each));
  const capable = pod.containers.filter((container) => foreign(container).length > 0);
  const tuned = listOf(context["sysctls"]).filter((each) => !sysctls.has(nameOf(each)));
  return [
    ...(host.length > 0 ? [`host namespaces (${host.map((word) => `${word}=true`).join(", ")})`] : []),
    ...(volumes.length > 0 ? [`hostPath volumes (${named("volume", volumes.map(nameOf))})`] : []),
    ...(capable.length > 0
      ? [
          `non-default capabilities (${named(
            "container",
            capable.map(({ name }) => name),
          )} must not include ${quoted([...new Set(capable.flatMap(foreign))].sort())} in securityContext.capabilities.add)`,
        ]
      : []),
    ...(tuned.length > 0 ? [`forbidden sysctls (${tuned.map(nameOf).join(", ")})`] : []),
    ...containers("baseline", pod),
  ];
}

const typeOf = (context: Fields, profile: string): unknown => mapOf(context[profile])["type"];
const capabilitiesIn = (context: Fields, list: "add" | "drop"): string[] =>
  (mapOf(context["capabilities"])[list] ?? []) as string[];
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
const named = (what: string, names: readonly string[]): string =>
  `${what}${names.length === 1 ? "" : "s"} ${quoted(names)}`;
