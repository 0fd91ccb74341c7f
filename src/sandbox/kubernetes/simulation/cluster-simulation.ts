import type { KubeObject } from "../kube-object.js";
import type { ObjectRemover } from "../object-remover.js";
import type { ObjectStore } from "../object-store.js";
import type { ObjectWriter } from "../object-writer.js";
import type { PodLogs } from "../pod-logs.js";
import type { Pod } from "../workload-types.js";
import type { ClusterView } from "./cluster-view.js";
import type { Fate } from "./container-fates.js";
import { DeploymentController } from "./deployment-controller.js";
import { EventRecorder } from "./event-recorder.js";
import { GarbageCollector, NamespaceController, QuotaController, VolumeBinder } from "./housekeeping.js";
import { Kubelet, isPod } from "./kubelet.js";
import { Timers } from "./reconcile-loop.js";
import { ReplicaSetController } from "./replica-set-controller.js";
import { Scheduler, allocatable, nodeName } from "./scheduler.js";

/** The simulated components: a scheduler, a kubelet with one node, and the controllers. */
export class ClusterSimulation {
  private readonly timers = new Timers();
  private readonly kubelet: Kubelet;

  constructor(store: ObjectStore, writer: ObjectWriter, remover: ObjectRemover, logs: PodLogs, pace: number) {
    const cluster: ClusterView = {
      store,
      writer,
      remover,
      events: new EventRecorder(store, writer),
      timers: this.timers,
      pace,
    };
    const [kubelet, scheduler] = [(this.kubelet = new Kubelet(cluster, logs)), new Scheduler(cluster)];
    const controllers = [
      DeploymentController,
      ReplicaSetController,
      NamespaceController,
      GarbageCollector,
      QuotaController,
      VolumeBinder,
    ].map((Controller) => new Controller(cluster));
    store.onChange(({ type, object }) => {
      const isGone = type === "DELETED";
      for (const controller of controllers) controller.see(object, isGone);
      if (!isPod(object)) return;
      scheduler.see(object, isGone);
      // The kubelet acts after the write that it saw, like every other component.
      this.timers.after(0, () => kubelet.see(object, isGone));
    });
    this.furnish(writer);
  }

  stop(): void {
    this.timers.stop();
  }

  setFate(pod: Pod, fate: Fate): void {
    this.kubelet.setFate(pod, fate);
  }

  /** The objects that every cluster has from the start. */
  private furnish(writer: ObjectWriter): void {
    const named = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => ({
      apiVersion,
      kind,
      metadata: { name } as KubeObject["metadata"],
      ...rest,
    });
    const options = { manager: "kube-apiserver" };
    for (const name of ["default", "kube-system", "kube-public", "kube-node-lease"])
      writer.create(named("v1", "Namespace", name), options);
    writer.create(
      named("storage.k8s.io/v1", "StorageClass", "standard", { provisioner: "sandbox.local/made-up" }),
      options,
    );
    const conditions = [
      { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
    ];
    const addresses = [
      { type: "InternalIP", address: "127.0.0.1" },
      { type: "Hostname", address: nodeName },
    ];
    writer.create(
      named("v1", "Node", nodeName, {
        spec: {},
        status: { capacity: allocatable, allocatable, conditions, addresses },
      }),
      options,
    );
  }
}
