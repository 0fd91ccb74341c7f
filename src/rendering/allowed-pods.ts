import { anything, each, listOf, mapOf, mapWith, nothing, oneOf, type Rule } from "./allow-list.js";

// The Pod Security Standard `baseline`, as lists of what is allowed: https://kubernetes.io/docs/concepts/security/pod-security-standards/

const reachesNode = nothing("reaches the node that pods run on");

/** The default capabilities of container runtimes, without NET_RAW. */
const capabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

const sysctls = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
];

const profile = mapOf({ type: oneOf("RuntimeDefault", "Localhost"), localhostProfile: anything });

/** The common fields of the securityContexts of pods and containers. */
const securityContext = {
  ...each(anything, "runAsUser", "runAsGroup", "runAsNonRoot"),
  seccompProfile: profile,
  appArmorProfile: profile,
  seLinuxOptions: mapOf({
    type: oneOf("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"),
    level: anything,
    user: reachesNode,
    role: reachesNode,
  }),
  windowsOptions: mapOf({
    hostProcess: reachesNode,
    ...each(anything, "gmsaCredentialSpec", "gmsaCredentialSpecName", "runAsUserName"),
  }),
} satisfies Record<string, Rule>;

/** A probe or a hook connects only to its own pod. */
const asked = { httpGet: mapWith({ host: reachesNode }), tcpSocket: mapWith({ host: reachesNode }) };
const probe = mapOf({
  ...asked,
  ...each(anything, "exec", "grpc", "initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold"),
  ...each(anything, "failureThreshold", "terminationGracePeriodSeconds"),
});
const hook = mapOf({ ...asked, exec: anything, sleep: anything });

/** A container of a pod. */
export const allowedContainer: Rule = mapOf({
  ...each(anything, "name", "image", "imagePullPolicy", "command", "args", "workingDir", "env", "envFrom"),
  ...each(anything, "resources", "resizePolicy", "restartPolicy", "volumeMounts", "volumeDevices"),
  ...each(anything, "terminationMessagePath", "terminationMessagePolicy", "stdin", "stdinOnce", "tty"),
  ports: listOf(mapOf({ ...each(anything, "name", "containerPort", "protocol"), hostPort: reachesNode })),
  ...each(probe, "livenessProbe", "readinessProbe", "startupProbe"),
  lifecycle: mapOf({ postStart: hook, preStop: hook, stopSignal: anything }),
  securityContext: mapOf({
    ...securityContext,
    ...each(anything, "allowPrivilegeEscalation", "readOnlyRootFilesystem"),
    privileged: reachesNode,
    procMount: oneOf("Default"),
    capabilities: mapOf({ drop: anything, add: listOf(oneOf(...capabilities)) }),
  }),
});

/** A claim by storage class, not of an existing volume. */
export const allowedClaim: Rule = mapOf({
  ...each(anything, "accessModes", "resources", "storageClassName", "volumeMode", "volumeAttributesClassName"),
  ...each(anything, "selector", "dataSource"),
});

const volume = mapOf({
  name: anything,
  ...each(anything, "configMap", "secret", "emptyDir", "downwardAPI", "persistentVolumeClaim"),
  hostPath: reachesNode,
  // A projected token is of the pod's own account.
  projected: mapOf({
    defaultMode: anything,
    sources: listOf(mapOf(each(anything, "configMap", "secret", "downwardAPI", "serviceAccountToken"))),
  }),
  ephemeral: mapOf({ volumeClaimTemplate: mapOf({ metadata: anything, spec: allowedClaim }) }),
});

const podSpec = (account: string): Rule =>
  mapOf({
    ...each(reachesNode, "hostNetwork", "hostPID", "hostIPC"),
    ...each(oneOf(account), "serviceAccountName", "serviceAccount"),
    ...each(listOf(allowedContainer), "containers", "initContainers"),
    volumes: listOf(volume),
    securityContext: mapOf({
      ...securityContext,
      ...each(anything, "fsGroup", "fsGroupChangePolicy", "supplementalGroups", "supplementalGroupsPolicy"),
      seLinuxChangePolicy: anything,
      sysctls: listOf(mapOf({ name: oneOf(...sysctls), value: anything })),
    }),
    ...each(anything, "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy"),
    ...each(anything, "enableServiceLinks", "hostAliases", "hostname", "hostUsers", "imagePullSecrets", "nodeSelector"),
    ...each(anything, "os", "overhead", "preemptionPolicy", "priority", "priorityClassName", "readinessGates"),
    ...each(anything, "resources", "restartPolicy", "runtimeClassName", "schedulerName", "schedulingGates"),
    ...each(anything, "setHostnameAsFQDN", "shareProcessNamespace", "subdomain", "terminationGracePeriodSeconds"),
    ...each(anything, "tolerations", "topologySpreadConstraints"),
  });

const localProfile = /^(?:|runtime\/default|docker\/default|localhost\/.*)$/;
const profileAnnotation =
  /^(?:container\.apparmor\.security\.beta\.kubernetes\.io\/|container\.seccomp\.security\.alpha\.kubernetes\.io\/|seccomp\.security\.alpha\.kubernetes\.io\/pod$)/;

/** Annotations by which Kubernetes before 1.30 is told what is now in the securityContext. */
const annotations: Rule = (value, path) => {
  for (const [name, said] of Object.entries(value ?? {}))
    if (profileAnnotation.test(name) && !localProfile.test(String(said)))
      return {
        path: `${path}["${name}"]`,
        problem: `may only be runtime/default or localhost/…; it is ${String(said)}`,
      };
  return undefined;
};

/** The template of an app's pods, which may run only as this account. */
export const allowedPodTemplate = (account: string): Rule =>
  mapWith({ metadata: mapWith({ annotations }), spec: podSpec(account) });
