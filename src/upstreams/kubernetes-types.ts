import type { V1CronJobSpec, V1DeploymentSpec, V1PodSpec, V1SecretKeySelector } from "@kubernetes/client-node";

/*
 * Types of Kubernetes' objects as its client has them. Types alone: the client is loaded by its adapter only. Another
 * program may have written an object, so every field may be absent.
 */
type Read<T> = T extends readonly (infer Item)[]
  ? readonly Read<Item>[]
  : T extends object
    ? { readonly [Field in keyof T]?: Read<T[Field]> }
    : T;

export type PodSpec = Read<V1PodSpec>;
/** The spec of a Deployment or of a CronJob. */
export type WorkloadSpec = Read<V1DeploymentSpec & V1CronJobSpec>;
/** A reference to a Secret or a ConfigMap, or to a key of it. */
export type KeySelector = Read<V1SecretKeySelector>;
