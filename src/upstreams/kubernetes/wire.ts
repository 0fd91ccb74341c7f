/*
 * The parts of Kubernetes' JSON that we read. What a kind adds to WireObject is optional throughout: another program
 * wrote it, and so any object may be read as any kind.
 */

/** The owners of fields; the tree is in Kubernetes' notation. */
export interface WireManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
}

export interface WireMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly managedFields?: readonly WireManagedFields[];
  readonly ownerReferences?: readonly { readonly controller?: boolean }[];
}

export interface WireObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: WireMeta;
}

export interface WireList {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly WireObject[];
}

export interface WireCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface WireContainer {
  readonly name: string;
  readonly image?: string;
}

export interface WireDeployment extends WireObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly template?: { readonly spec?: { readonly containers?: readonly WireContainer[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly WireCondition[];
  };
}

export interface WireTermination {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
}

export interface WireContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: WireTermination;
  };
  readonly lastState?: { readonly terminated?: WireTermination };
}

export interface WirePod extends WireObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly WireContainer[];
    readonly initContainers?: readonly WireContainer[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly startTime?: string;
    readonly conditions?: readonly WireCondition[];
    readonly containerStatuses?: readonly WireContainerStatus[];
    readonly initContainerStatuses?: readonly WireContainerStatus[];
  };
}

export interface WireEvent extends WireObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly note?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
}

export interface WireNamespace extends WireObject {
  readonly status?: { readonly phase?: string };
}

/**
 * The parts of Kubernetes' JSON that we read. What a kind adds to WireObject is optional throughout: another program
 * wrote it, and so any object may be read as any kind.
 */
type WireAmounts = Readonly<Record<string, string>>;

export interface WireQuota extends WireObject {
  readonly spec?: { readonly hard?: WireAmounts };
  readonly status?: { readonly hard?: WireAmounts; readonly used?: WireAmounts };
}

export interface WireNode extends WireObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly allocatable?: WireAmounts; readonly capacity?: WireAmounts };
}

export interface WireIngress extends WireObject {
  readonly spec?: {
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths?: readonly { readonly path?: string }[] };
    }[];
  };
}
