import { labels } from "../../../upstreams/cluster.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { DryRun } from "../../../upstreams/dry-run.js";
import type { ObservedCondition } from "../../foundation/condition.js";
import type { PlannedObject } from "../plan/object-planner.js";
import { importCondition, readApp, type ReadApp } from "./read-app.js";

/** A running Deployment with its Service and Ingress. */
export interface RunningApp extends ReadApp {
  readonly name: string;
  /** The Deployment, the Service that leads to its pods, and the Ingress that leads to that. */
  readonly objects: readonly Manifest[];
  /** The reason why it cannot be imported. */
  readonly condition: ObservedCondition | null;
}

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
}
interface IngressSpec {
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: {
      readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name?: string } } }[];
    };
  }[];
}

/** Every Deployment of the namespace that belongs to no app, by name. */
export async function findRunningApps(dryRuns: DryRun, namespace: string, signal: AbortSignal): Promise<RunningApp[]> {
  const [deployments, services, ingresses] = await Promise.all([
    dryRuns.stored({ apiVersion: "apps/v1", kind: "Deployment" }, namespace, signal),
    dryRuns.stored({ apiVersion: "v1", kind: "Service" }, namespace, signal),
    dryRuns.stored({ apiVersion: "networking.k8s.io/v1", kind: "Ingress" }, namespace, signal),
  ]);
  return deployments
    .map(({ manifest }) => manifest)
    .filter(({ metadata }) => metadata.labels?.[labels.app] === undefined)
    .map((deployment) => running(deployment, manifestsOf(services), manifestsOf(ingresses)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const manifestsOf = (stored: readonly { readonly manifest: Manifest }[]): Manifest[] =>
  stored.map(({ manifest }) => manifest);

function running(deployment: Manifest, services: readonly Manifest[], ingresses: readonly Manifest[]): RunningApp {
  const { name } = deployment.metadata;
  const pods = podLabels(deployment);
  // Only a Service and an Ingress of the same name: the templates make these, and others may be shared with other apps.
  const service = services.find((each) => each.metadata.name === name && selects(each, pods));
  const ingress = service && ingresses.find((each) => each.metadata.name === name && leadsTo(each, name));
  const host = ingress && (ingress["spec"] as IngressSpec).rules?.[0]?.host;
  const objects = [deployment, ...(service ? [service] : []), ...(ingress ? [ingress] : [])];
  return { ...readApp(deployment, host), name, objects, condition: importCondition(deployment) };
}

const podLabels = (deployment: Manifest): Readonly<Record<string, string>> =>
  (deployment["spec"] as { readonly template: { readonly metadata?: { readonly labels?: Record<string, string> } } })
    .template.metadata?.labels ?? {};

function selects(service: Manifest, pods: Readonly<Record<string, string>>): boolean {
  const { selector } = service["spec"] as ServiceSpec;
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => pods[key] === value);
}

const leadsTo = (ingress: Manifest, service: string): boolean =>
  ((ingress["spec"] as IngressSpec).rules ?? []).some(({ http }) =>
    http?.paths?.some(({ backend }) => backend?.service?.name === service),
  );

/** Fields that the cluster assigns: they are not applied. */
const assignedFields = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"];
const kubectlAnnotations = "kubectl.kubernetes.io/";

interface Ids {
  readonly appId: string;
  readonly releaseId: string;
}

/** The objects as they are, with our labels. */
export function labelled(objects: readonly Manifest[], { appId, releaseId }: Ids): Manifest[] {
  return objects.map((object) => {
    const ours = {
      [labels.managedBy]: labels.managedByUs,
      [labels.app]: appId,
      ...(object.kind === "Deployment" && { [labels.release]: releaseId }),
    };
    return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...ours } } };
  });
}

/** The manifests that are applied by an import: the live objects with our labels, without the fields that the cluster assigns. */
export function adoptionManifests(objects: readonly Manifest[], ids: Ids): Manifest[] {
  return labelled(objects, ids).map(({ apiVersion, kind, metadata, spec }) => {
    const { name, namespace, labels: all, annotations = {} } = metadata;
    const kept = without(annotations, (key) => key.startsWith(kubectlAnnotations));
    const where = { name, ...(namespace !== undefined && { namespace }), ...(all && { labels: all }) };
    return {
      apiVersion,
      kind,
      metadata: { ...where, ...(Object.keys(kept).length > 0 && { annotations: kept }) },
      spec: without(spec as object, (key) => kind === "Service" && assignedFields.includes(key)),
    };
  });
}

const without = (of: object, isLeftOut: (key: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(of as Record<string, string>).filter(([key]) => !isLeftOut(key)));

/** The changes of an import other than labels: any of them could restart pods. */
export function unsafeChanges(objects: readonly PlannedObject[]): string[] {
  return objects.flatMap(({ action, kind, name, fields, condition }) => {
    if (condition !== null) return [condition.message];
    if (action === "KEEP") return [];
    if (action !== "UPDATE") return [`${kind} ${name} is not there any more`];
    return fields
      .filter(({ path }) => !path.startsWith("metadata.labels"))
      .map(({ path }) => `${path} of ${kind} ${name} would change`);
  });
}
