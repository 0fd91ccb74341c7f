import { describe, expect, test } from "@jest/globals";
import { refusedOf, refusedOfContainer } from "./allowed-objects.js";
import { templateKinds } from "./template-kinds.js";

const metadata = { name: "checkout", namespace: "shop" };
const deployment = (pod: object, annotations?: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    template: {
      metadata: { annotations },
      spec: { containers: [{ name: "checkout", image: "a" }], ...pod },
    },
  },
});
const container = (words: object) => ({ containers: [{ name: "checkout", image: "a", ...words }] });
const secured = (securityContext: object) => container({ securityContext });
const volume = (words: object) => ({ volumes: [{ name: "a", ...words }] });
const object = (kind: string, words: object) => {
  const [apiVersion, name] = kind.split(" ") as [string, string];
  return { apiVersion, kind: name, metadata, ...words };
};
const found = (made: Parameters<typeof refusedOf>[0]) => refusedOf(made, "checkout")?.path;

const pod = "spec.template.spec";
const first = `${pod}.containers[0]`;

describe("the Pod Security Standard baseline, check by check", () => {
  test.each<[string, object, string]>([
    ["HostProcess of the pod", { securityContext: { windowsOptions: { hostProcess: true } } }, `${pod}.securityContext.windowsOptions.hostProcess`],
    ["HostProcess of a container", secured({ windowsOptions: { hostProcess: true } }), `${first}.securityContext.windowsOptions.hostProcess`],
    ["the host's network", { hostNetwork: true }, `${pod}.hostNetwork`],
    ["the host's processes", { hostPID: true }, `${pod}.hostPID`],
    ["the host's shared memory", { hostIPC: true }, `${pod}.hostIPC`],
    ["privileged", secured({ privileged: true }), `${first}.securityContext.privileged`],
    ["capabilities beyond the list", secured({ capabilities: { add: ["CHOWN", "SYS_ADMIN"] } }), `${first}.securityContext.capabilities.add[1]`],
    ["NET_RAW", secured({ capabilities: { add: ["NET_RAW"] } }), `${first}.securityContext.capabilities.add[0]`],
    ["all capabilities", secured({ capabilities: { add: ["ALL"] } }), `${first}.securityContext.capabilities.add[0]`],
    ["hostPath", volume({ hostPath: { path: "/" } }), `${pod}.volumes[0].hostPath`],
    ["an empty hostPath", volume({ hostPath: {} }), `${pod}.volumes[0].hostPath`],
    ["host ports", container({ ports: [{ containerPort: 1 }, { containerPort: 2, hostPort: 2 }] }), `${first}.ports[1].hostPort`],
    ["AppArmor of the pod", { securityContext: { appArmorProfile: { type: "Unconfined" } } }, `${pod}.securityContext.appArmorProfile.type`],
    ["AppArmor of a container", secured({ appArmorProfile: { type: "Unconfined" } }), `${first}.securityContext.appArmorProfile.type`],
    ["the type of SELinux", secured({ seLinuxOptions: { type: "spc_t" } }), `${first}.securityContext.seLinuxOptions.type`],
    ["the user of SELinux", secured({ seLinuxOptions: { user: "system_u" } }), `${first}.securityContext.seLinuxOptions.user`],
    ["the role of SELinux", { securityContext: { seLinuxOptions: { role: "sysadm_r" } } }, `${pod}.securityContext.seLinuxOptions.role`],
    ["procMount", secured({ procMount: "Unmasked" }), `${first}.securityContext.procMount`],
    ["seccomp of the pod", { securityContext: { seccompProfile: { type: "Unconfined" } } }, `${pod}.securityContext.seccompProfile.type`],
    ["seccomp of a container", secured({ seccompProfile: { type: "Unconfined" } }), `${first}.securityContext.seccompProfile.type`],
    ["sysctls", { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } }, `${pod}.securityContext.sysctls[0].name`],
    ["the host of a probe", container({ livenessProbe: { httpGet: { host: "169.254.169.254", port: 80 } } }), `${first}.livenessProbe.httpGet.host`],
    ["the host of a hook", container({ lifecycle: { preStop: { tcpSocket: { host: "10.0.0.1", port: 80 } } } }), `${first}.lifecycle.preStop.tcpSocket.host`],
  ])("%s", (_check, words, path) => {
    expect(found(deployment(words))).toBe(path);
  }); // prettier-ignore

  test.each([
    ["container.apparmor.security.beta.kubernetes.io/checkout", "unconfined"],
    ["seccomp.security.alpha.kubernetes.io/pod", "unconfined"],
    ["container.seccomp.security.alpha.kubernetes.io/checkout", "unconfined"],
  ])("and as older servers read it: %s", (name, said) => {
    expect(found(deployment({}, { [name]: said }))).toBe(`spec.template.metadata.annotations["${name}"]`);
    expect(found(deployment({}, { [name]: "runtime/default" }))).toBeUndefined();
  });

  test("init containers, sidecars and containers of templates of their own alike", () => {
    const securityContext = { procMount: "Unmasked" };
    const words = { initContainers: [{ name: "a", image: "b", securityContext }] };
    expect(found(deployment(words))).toBe(`${pod}.initContainers[0].securityContext.procMount`);
    expect(refusedOfContainer({ name: "a", image: "b", securityContext })?.path).toBe("securityContext.procMount");
  });

  test.each([
    ["apps/v1 StatefulSet", { template: { spec: { hostPID: true } } }, `${pod}.hostPID`],
    ["batch/v1 Job", { template: { spec: { hostPID: true } } }, `${pod}.hostPID`],
    ["batch/v1 CronJob", { jobTemplate: { spec: { template: { spec: { hostPID: true } } } } }, `spec.jobTemplate.${pod}.hostPID`],
  ])("in the pods of a %s too", (kind, spec, path) => {
    expect(found(object(kind, { spec }))).toBe(path);
  }); // prettier-ignore

  test("what it allows is allowed", () => {
    const securityContext = {
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      privileged: false,
      procMount: "Default",
      capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
      seLinuxOptions: { type: "container_t", level: "s0:c1,c2" },
      seccompProfile: { type: "Localhost", localhostProfile: "a.json" },
    };
    const words = {
      hostNetwork: false,
      securityContext: { fsGroup: 1, sysctls: [{ name: "net.ipv4.ping_group_range", value: "0 1" }] },
      ...container({ securityContext, ports: [{ containerPort: 80, hostPort: 0 }] }),
      volumes: null,
    };
    expect(refusedOf(deployment(words), "checkout")).toBeUndefined();
  });
});

describe("beside the standard", () => {
  test.each(["csi", "nfs", "iscsi", "flexVolume", "image", "portworxVolume", "whatComesNext"])("no volume of %s", (type) => {
    expect(found(deployment(volume({ [type]: { driver: "a" } })))).toBe(`${pod}.volumes[0].${type}`);
  }); // prettier-ignore

  test.each(["configMap", "secret", "emptyDir", "downwardAPI", "persistentVolumeClaim"])("volumes of %s", (type) => {
    expect(found(deployment(volume({ [type]: {} })))).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ["no node of one's own choice", { nodeName: "control-plane" }, `${pod}.nodeName`],
    ["no foreign account", { serviceAccountName: "deployer" }, `${pod}.serviceAccountName`],
    ["nor by its older name", { serviceAccount: "deployer" }, `${pod}.serviceAccount`],
    ["no containers put into running pods", { ephemeralContainers: [{ name: "a", image: "b" }] }, `${pod}.ephemeralContainers`],
    ["no devices", { resourceClaims: [{ name: "gpu" }] }, `${pod}.resourceClaims`],
    ["no field of a pod that a newer Kubernetes adds", { hostEverything: true }, `${pod}.hostEverything`],
    ["none of a container", container({ hostEverything: true }), `${first}.hostEverything`],
    ["none of a securityContext", secured({ hostEverything: true }), `${first}.securityContext.hostEverything`],
    ["none of a pod's", { securityContext: { hostEverything: true } }, `${pod}.securityContext.hostEverything`],
    ["no name that every object has", { constructor: {} }, `${pod}.constructor`],
    ["nothing that is no map", { securityContext: ["privileged"] }, `${pod}.securityContext`],
    ["nothing that is no list", { containers: { name: "a" } }, `${pod}.containers`],
    ["no claim of a volume that is there", volume({ ephemeral: { volumeClaimTemplate: { spec: { volumeName: "theirs" } } } }), `${pod}.volumes[0].ephemeral.volumeClaimTemplate.spec.volumeName`],
    ["nothing else that is projected", volume({ projected: { sources: [{ podCertificate: {} }] } }), `${pod}.volumes[0].projected.sources[0].podCertificate`],
  ])("%s", (_what, words, path) => {
    expect(found(deployment(words))).toBe(path);
  }); // prettier-ignore

  test("the app's own account", () => {
    expect(found(deployment({ serviceAccountName: "checkout" }))).toBeUndefined();
    expect(found(object("v1 ServiceAccount", {}))).toBeUndefined();
    expect(found(object("v1 ServiceAccount", { metadata: { name: "deployer" } }))).toBe("metadata.name");
  });

  test.each<[string, object, string]>([
    ["externalIPs", { externalIPs: ["10.0.0.1"] }, "spec.externalIPs"],
    ["externalName", { type: "ExternalName", externalName: "a.b.svc" }, "spec.type"],
    ["externalName without its type", { externalName: "a.b.svc" }, "spec.externalName"],
    ["loadBalancerIP", { type: "LoadBalancer", loadBalancerIP: "10.0.0.1" }, "spec.loadBalancerIP"],
    ["what a newer Kubernetes adds", { internalIPs: ["10.0.0.1"] }, "spec.internalIPs"],
  ])("no Service with %s", (_what, spec, path) => {
    expect(found(object("v1 Service", { spec }))).toBe(path);
  });

  test.each<[string, object, string]>([
    ["v1 Secret", { type: "kubernetes.io/service-account-token" }, "type"],
    ["v1 Secret", { type: "bootstrap.kubernetes.io/token" }, "type"],
    ["v1 PersistentVolumeClaim", { spec: { volumeName: "theirs" } }, "spec.volumeName"],
    ["v1 PersistentVolumeClaim", { spec: { dataSourceRef: { namespace: "theirs" } } }, "spec.dataSourceRef"],
    ["apps/v1 StatefulSet", { spec: { volumeClaimTemplates: [{ spec: { volumeName: "a" } }] } }, "spec.volumeClaimTemplates[0].spec.volumeName"],
    ["apps/v1 DaemonSet", {}, "kind"],
    ["v1 Pod", { spec: {} }, "kind"],
    ["v1 PersistentVolume", {}, "kind"],
    ["rbac.authorization.k8s.io/v1 RoleBinding", {}, "kind"],
    ["rbac.authorization.k8s.io/v1 ClusterRole", {}, "kind"],
    ["admissionregistration.k8s.io/v1 MutatingWebhookConfiguration", {}, "kind"],
    ["example.com/v1 Deployment", {}, "kind"],
  ])("no %s of %j", (kind, words, path) => {
    expect(found(object(kind, words))).toBe(path);
  }); // prettier-ignore
});

test("every kind that a template makes has its list, and none gives rights", () => {
  const made = Object.values(templateKinds).flatMap(({ promise }) => (promise ? [promise] : []));
  for (const { apiVersion, kind } of made) {
    expect(refusedOf({ apiVersion, kind, metadata }, "checkout")).toBeUndefined();
    expect(apiVersion).not.toMatch(/^(?:rbac|admissionregistration|apiextensions|apiregistration|certificates)\./);
  }
});
