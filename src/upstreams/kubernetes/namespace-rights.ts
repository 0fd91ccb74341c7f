import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { UpstreamRejected } from "../../kernel/errors.js";
import { labels } from "../cluster.js";
import { refOf, type Manifest } from "../cluster-object.js";
import { NamespaceMissing } from "../namespace-missing.js";
import { RightsMissing } from "../rights-missing.js";
import { nameOf, type KubernetesApi } from "./kubernetes-api.js";
import { metadataOnly } from "./owned-objects.js";
import { ServerSideApply } from "./server-side-apply.js";
import type { ServiceAccount } from "./service-account.js";

/** The beginning of RBAC's refusals; quotas and admission say "forbidden" differently. */
const lacksRight = /cannot \w+ resource /;
/**
 * RBAC learns of a binding, and admission of a label, from a watch: within milliseconds, or later on a busy control
 * plane.
 */
const bindingDelayMs = 10_000;
const retryMs = 100;
/** For this long after a binding was first seen, a refusal may still be that delay, on any of several API servers. */
const settlingMs = 30_000;

type BindingState = "BOUND" | "UNBOUND" | "NO_NAMESPACE";

/**
 * The rights of our service account per namespace: one RoleBinding to one ClusterRole in each of our namespaces.
 * Credentials that are no service account (a person's kubeconfig) have their rights from elsewhere.
 */
export class NamespaceRights {
  /** When this process first saw the binding of a namespace, in ms. */
  private readonly boundAt = new Map<string, number>();
  private readonly applying: ServerSideApply;

  /** `api` must not call this object. Without a `role` no binding is created. */
  constructor(
    private readonly account: () => Promise<ServiceAccount | undefined>,
    private readonly api: KubernetesApi,
    fieldManager: string,
    private readonly role: string | undefined,
  ) {
    this.applying = new ServerSideApply(api, fieldManager);
  }

  /**
   * Creates the binding if it is missing, and waits until it is effective. Throws UpstreamRejected when there are no
   * rights after all.
   */
  async ensure(namespace: string, signal: AbortSignal): Promise<void> {
    const wanted = await this.bindingIn(namespace);
    if (!wanted) return;
    try {
      if ((await this.stateOf(wanted, signal)) !== "BOUND") await this.bind(wanted, signal);
      this.noteBound(namespace);
    } catch (error) {
      if (!(error instanceof UpstreamRejected)) throw error;
      // The installation may grant the rights in another way.
      if (await this.mayAct(namespace, signal)) return;
      const message = `The platform could not give itself rights in the namespace ${namespace}: ${error.message}`;
      throw new UpstreamRejected("kubernetes", message, error.status, { cause: error });
    }
    const end = Date.now() + bindingDelayMs;
    while (!(await this.mayAct(namespace, signal))) {
      if (Date.now() > end)
        throw new UpstreamRejected(
          "kubernetes",
          `${nameOf(refOf(wanted))} is there and gives no rights: is the ClusterRole ${this.role} installed?`,
          403,
        );
      await pause(retryMs, undefined, { signal });
    }
  }

  /** The error for a refused request: RightsMissing when the binding is missing or may not be effective yet. */
  async judge(error: unknown, path: string, signal: AbortSignal): Promise<unknown> {
    if (!(error instanceof UpstreamRejected) || error.status !== 403 || !lacksRight.test(error.message)) return error;
    const [, escaped] = /\/namespaces\/([^/]+)\/./.exec(path) ?? [];
    if (escaped === undefined) return error;
    const namespace = decodeURIComponent(escaped);
    try {
      const wanted = await this.bindingIn(namespace);
      if (!wanted) return error;
      const state = await this.stateOf(wanted, signal);
      if (state === "NO_NAMESPACE") {
        const message = `${error.message.split(":")[0]}: namespaces "${namespace}" not found`;
        return new NamespaceMissing(message, { cause: error });
      }
      if (state === "UNBOUND") this.boundAt.delete(namespace);
      else if (this.noteBound(namespace) + settlingMs < Date.now()) return error;
      return new RightsMissing(namespace, { cause: error });
    } catch (cause) {
      if (!(cause instanceof UpstreamRejected)) return cause;
      // We may not read bindings, so the rights come from elsewhere, and this one is not among them.
      return (await this.mayAct(namespace, signal)) ? error : new RightsMissing(namespace, { cause: error });
    }
  }

  private async bindingIn(namespace: string): Promise<Manifest | undefined> {
    if (this.role === undefined) return undefined;
    const account = await this.account();
    return account && roleBinding(namespace, this.role, account);
  }

  private async stateOf(wanted: Manifest, signal: AbortSignal): Promise<BindingState> {
    const stored = await this.applying.stored(wanted, signal);
    if (stored) {
      const { roleRef, subjects } = stored;
      const isSame = isDeepStrictEqual(
        { roleRef, subjects },
        { roleRef: wanted["roleRef"], subjects: wanted["subjects"] },
      );
      return isSame ? "BOUND" : "UNBOUND";
    }
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: wanted.metadata.namespace! } };
    return (await this.applying.stored(namespace, signal)) ? "UNBOUND" : "NO_NAMESPACE";
  }

  /** An admission policy may not know the namespace's label yet. */
  private async bind(wanted: Manifest, signal: AbortSignal): Promise<void> {
    for (const end = Date.now() + bindingDelayMs; ; await pause(retryMs, undefined, { signal })) {
      try {
        await this.applying.apply(wanted, signal);
        return;
      } catch (error) {
        const mayPass = error instanceof UpstreamRejected && error.status === 403 && !lacksRight.test(error.message);
        if (!mayPass || Date.now() > end) throw error;
      }
    }
  }

  /** Whether we have the rights in the namespace that only the binding grants. */
  private async mayAct(namespace: string, signal: AbortSignal): Promise<boolean> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
    const request = { path, query: { limit: "1" }, headers: { accept: metadataOnly } };
    try {
      await this.api.request(`the rights in ${namespace}`, request, signal);
      return true;
    } catch (error) {
      if (error instanceof UpstreamRejected && error.status === 403) return false;
      throw error;
    }
  }

  private noteBound(namespace: string): number {
    const at = this.boundAt.get(namespace) ?? Date.now();
    this.boundAt.set(namespace, at);
    return at;
  }
}

/** The RoleBinding that gives the account the rights of a ClusterRole in one namespace. */
function roleBinding(namespace: string, role: string, account: ServiceAccount): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    // RBAC lets us write only bindings with this name.
    metadata: { name: role, namespace, labels: { [labels.managedBy]: labels.managedByUs } },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: account.name, namespace: account.namespace }],
  };
}
