import { type Fields, type KubeObject, withoutUndefined } from "./kube-object.js";
import { type LabelSelector, selectorText } from "./selector.js";

interface Scalable {
  readonly spec: { readonly replicas: number; readonly selector: LabelSelector };
  readonly status?: { readonly replicas?: number };
}

/** The `scale` subresource of a workload. */
export function asScale(object: KubeObject): Fields {
  const { spec, status } = object as unknown as Scalable;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return withoutUndefined({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, selector: selectorText(spec.selector) },
  });
}

/** The workload with what a Scale asks for. */
export function withScale(object: KubeObject, scale: Fields): KubeObject {
  const replicas = (scale["spec"] as { replicas?: number } | undefined)?.replicas ?? 0;
  const resourceVersion = (scale["metadata"] as { resourceVersion?: string } | undefined)?.resourceVersion;
  return {
    ...object,
    metadata: { ...object.metadata, resourceVersion: resourceVersion ?? "" },
    spec: { ...(object["spec"] as Fields), replicas },
  };
}
