import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { labels, type Cluster } from "../../src/upstreams/cluster.js";
import type { Manifest, AppRef } from "../../src/upstreams/cluster-object.js";

/** A cluster to hold against the contract, and the way in that the port has not: what another program would do there. */
export interface OpenCluster {
  readonly cluster: Cluster;
  /** Applies an object under another field manager, as a colleague with kubectl would. */
  applyAs(fieldManager: string, manifest: Manifest): Promise<void>;
  /** Reads an object, changes it and writes it back, as an editor would. */
  editAs(fieldManager: string, manifest: Manifest, change: (stored: object) => void): Promise<void>;
  createNamespace(name: string): Promise<void>;
  removeNamespace(name: string): Promise<void>;
  close(): Promise<void>;
}

/** What every Cluster promises, whatever is behind it. */

/** A cluster that is opened once for the tests of a suite, with a namespace and the objects that they apply. */
export function useCluster(prefix: string, open: () => Promise<OpenCluster>) {
  const signal = AbortSignal.timeout(120_000);
  const namespace = `${prefix}-${Date.now().toString(36)}`;
  const watching = new AbortController();
  const changed: (AppRef | undefined)[] = [];
  let opened: OpenCluster;
  let stopListening: () => void;
  let serial = 0;

  const newOwner = (): AppRef => ({ appId: `app_${Date.now().toString(36)}${serial++}`, namespace });
  const metadata = (owner: AppRef, name: string) => ({
    name,
    namespace: owner.namespace,
    labels: { [labels.managedBy]: labels.managedByUs, [labels.app]: owner.appId, [labels.appName]: name },
  });
  const configMap = (owner: AppRef, name: string, data: Record<string, string>): Manifest => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(owner, name),
    data,
  });
  const deployment = (owner: AppRef, name: string, image: string, release = "rel_1", replicas = 2): Manifest => {
    const common = metadata(owner, name);
    const withRelease = { ...common.labels, [labels.release]: release };
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { ...common, labels: withRelease },
      spec: {
        replicas,
        selector: { matchLabels: { [labels.app]: owner.appId } },
        template: { metadata: { labels: withRelease }, spec: { containers: [{ name, image }] } },
      },
    };
  };
  const stored = async (manifest: Manifest) =>
    opened.cluster.read(
      { apiVersion: manifest.apiVersion, kind: manifest.kind, namespace, name: manifest.metadata.name },
      signal,
    );

  beforeAll(async () => {
    opened = await open();
    await opened.createNamespace(namespace);
    stopListening = opened.cluster.onChange((owner) => changed.push(owner));
    await opened.cluster.start(watching.signal);
  }, 60_000);
  afterAll(async () => {
    stopListening?.();
    await opened?.removeNamespace(namespace);
    watching.abort();
    await opened?.close();
  });
  afterEach(() => void (changed.length = 0));

  return {
    signal,
    namespace,
    /** The apps whose objects changed since the test began. */
    changed,
    opened: () => opened,
    cluster: (): Cluster => opened.cluster,
    /** Tells the names of one test's objects from those of others. */
    serial: () => serial,
    newOwner,
    metadata,
    configMap,
    deployment,
    stored,
  };
}
