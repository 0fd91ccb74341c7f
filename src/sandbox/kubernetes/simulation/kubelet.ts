import type { KubeObject } from "../kube-object.js";
import type { PodLogs } from "../pod-logs.js";
import type { Pod } from "../workload-types.js";
import { type ClusterView, byKey, keyOf } from "./cluster-view.js";
import { type Fate, type FateStep, fateOf, fates, tempoOf } from "./container-fates.js";
import { ContainerRun } from "./container-run.js";
import { kubeletNote, logNameOf } from "./kubelet-notes.js";
import { podStatus } from "./pod-status.js";

interface PodRun {
  readonly key: string;
  readonly podIP: string;
  readonly containers: readonly ContainerRun[];
  cancel: (() => void)[];
  isTerminating: boolean;
}

/** The durations of a pod's termination, and of a pod that is not restarted, at pace 1. */
const leavesAfterMs = 300;
const completesAfterMs = 500;

/** Simulates the kubelet of the one node: its pods follow the scripts of `container-fates.ts`. */
export class Kubelet {
  private readonly runs = new Map<string, PodRun>();
  private nextIp = 2;

  constructor(
    private readonly cluster: ClusterView,
    private readonly logs: PodLogs,
  ) {}

  /** Handles a pod that changed or is gone. */
  see(pod: Pod, isGone: boolean): void {
    const run = this.runs.get(pod.metadata.uid);
    if (isGone) {
      for (const cancel of run?.cancel ?? []) cancel();
      this.runs.delete(pod.metadata.uid);
      this.logs.forget(pod.metadata.uid);
    } else if (pod.metadata.deletionTimestamp !== undefined) this.leave(pod, run);
    else if (!run && pod.spec.nodeName !== undefined && !["Succeeded", "Failed"].includes(pod.status.phase))
      this.start(pod);
  }

  /** Changes the behaviour of all containers of a pod. */
  setFate(pod: Pod, fate: Fate): void {
    const run = this.runs.get(pod.metadata.uid);
    if (!run) return;
    for (const cancel of run.cancel) cancel();
    run.cancel = [];
    for (const container of run.containers)
      this.play(run, container, { fate, at: Math.min(2, fates[fate].steps.length - 1), round: 0 });
  }

  private start(pod: Pod): void {
    const key = keyOf(pod);
    const n = this.nextIp++;
    const containers = pod.spec.containers.map((container) => new ContainerRun(container, logNameOf(pod)));
    const run: PodRun = {
      key,
      podIP: `10.244.${(n >> 8) & 255}.${n & 255}`,
      containers,
      cancel: [],
      isTerminating: false,
    };
    this.runs.set(pod.metadata.uid, run);
    this.report(run);
    for (const container of containers)
      this.play(run, container, { fate: fateOf(pod, container.container), at: 0, round: 0 });
  }

  /** Executes one step of a container's script after its delay, then the next. */
  private play(
    run: PodRun,
    container: ContainerRun,
    { fate, at, round }: { readonly fate: Fate; readonly at: number; readonly round: number },
  ): void {
    const { steps, repeatFrom } = fates[fate];
    const step = steps[at];
    const pod = this.podOf(run);
    if (!step || !pod) return;
    const delay =
      step.afterMs *
      tempoOf(pod, container.container.image, this.cluster.pace) *
      (step.backsOff ? 2 ** Math.min(round, 3) : 1);
    this.after(run, delay, () => {
      this.show(run, container, step, fate);
      if (pod.spec.restartPolicy !== "Always" && (step.shows === "ready" || step.shows === "terminated"))
        this.finish(run, container, step);
      else if (at + 1 < steps.length) this.play(run, container, { fate, at: at + 1, round });
      else if (repeatFrom !== undefined) this.play(run, container, { fate, at: repeatFrom, round: round + 1 });
    });
  }

  private show(run: PodRun, container: ContainerRun, { shows, notes }: FateStep, fate: Fate): void {
    const pod = this.podOf(run);
    if (!pod) return;
    const wasRunning = container.isRunning;
    container.become(shows, fate);
    const { name, image } = container.container;
    if (!wasRunning && container.isRunning) this.logs.started(pod, name);
    if (wasRunning && !container.isRunning)
      this.logs.ended(pod, name, fate === "oom" ? undefined : "panic: the process gave up (exit status 1)");
    for (const note of notes) this.cluster.events.record(pod, kubeletNote(note, pod, name, image));
    this.report(run);
  }

  private finish(run: PodRun, container: ContainerRun, { shows }: FateStep): void {
    if (shows !== "ready") return;
    this.after(run, completesAfterMs * this.cluster.pace, () => {
      container.end(0, "Completed");
      const pod = this.podOf(run);
      if (pod) this.logs.ended(pod, container.container.name);
      this.report(run);
    });
  }

  private leave(pod: Pod, run: PodRun | undefined): void {
    if (run?.isTerminating || pod.metadata.deletionGracePeriodSeconds === 0) return;
    if (run) run.isTerminating = true;
    for (const cancel of run?.cancel ?? []) cancel();
    for (const { container } of run?.containers ?? [])
      this.cluster.events.record(pod, kubeletNote("Killing", pod, container.name, container.image));
    this.cluster.timers.after(leavesAfterMs * this.cluster.pace, () => {
      const now = byKey(this.cluster.store, "Pod", keyOf(pod));
      if (now?.metadata.uid === pod.metadata.uid) this.cluster.remover.remove(now, { gracePeriodSeconds: 0 });
    });
  }

  private report(run: PodRun): void {
    const pod = this.podOf(run);
    if (pod)
      this.cluster.writer.update(pod, (now) => ({ ...now, status: podStatus(now, run.containers, run.podIP) }), {
        manager: "kubelet",
        subresource: "status",
      });
  }

  /** The pod of the run, unless its name belongs to another pod now. */
  private podOf(run: PodRun): Pod | undefined {
    const pod = byKey(this.cluster.store, "Pod", run.key);
    return pod && this.runs.get(pod.metadata.uid) === run ? pod : undefined;
  }

  private after(run: PodRun, ms: number, then: () => void): void {
    run.cancel.push(this.cluster.timers.after(ms, then));
  }
}

export const isPod = (object: KubeObject): object is Pod => object.kind === "Pod";
