import { randomUUID } from "node:crypto";
import { timestamp } from "../kube-object.js";
import type { Container, ContainerState, ContainerStatus, Terminated } from "../workload-types.js";
import type { Appearance, Fate } from "./container-fates.js";
import { runsAsRoot } from "./kubelet-notes.js";

/** The back-off that messages speak of, by the number of restarts; the kubelet doubles it up to five minutes. */
const backOffs = ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s"];

/** One container of a pod as the kubelet sees it. */
export class ContainerRun {
  ready = false;
  restartCount = 0;
  state: ContainerState = { waiting: { reason: "ContainerCreating" } };
  private lastState: ContainerState = {};
  private id = randomUUID();
  private hasRun = false;

  constructor(
    readonly container: Container,
    private readonly podKey: string,
  ) {}

  get isRunning(): boolean {
    return this.state.running !== undefined;
  }

  /** Sets the state of a step of its script. */
  become(shows: Appearance, fate: Fate): void {
    const { name, image } = this.container;
    this.ready = shows === "ready";
    switch (shows) {
      case "creating":
        this.state = { waiting: { reason: "ContainerCreating" } };
        break;
      case "errImagePull":
        this.state = {
          waiting: {
            reason: "ErrImagePull",
            message: `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
          },
        };
        break;
      case "imagePullBackOff":
        this.state = { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` } };
        break;
      case "createContainerConfigError":
        this.state = { waiting: { reason: "CreateContainerConfigError", message: runsAsRoot(this.podKey, name) } };
        break;
      case "running":
      case "ready":
        this.run();
        break;
      case "terminated":
        this.end(fate === "oom" ? 137 : 1, fate === "oom" ? "OOMKilled" : "Error");
        break;
      case "crashLoopBackOff": {
        this.lastState = this.state;
        const backOff = backOffs[Math.min(this.restartCount, backOffs.length - 1)];
        this.state = {
          waiting: {
            reason: "CrashLoopBackOff",
            message: `back-off ${backOff} restarting failed container=${name} pod=${this.podKey}`,
          },
        };
      }
    }
  }

  /** The process has ended. */
  end(exitCode: number, reason: string): void {
    this.ready = false;
    const startedAt = this.state.running?.startedAt ?? timestamp();
    const terminated: Terminated = {
      exitCode,
      reason,
      startedAt,
      finishedAt: timestamp(),
      containerID: `containerd://${this.id}`,
    };
    this.state = { terminated };
  }

  status(): ContainerStatus {
    const { container, state, lastState, ready, restartCount, hasRun } = this;
    return {
      name: container.name,
      image: container.image,
      imageID: hasRun ? `sandbox.local/${container.image}` : "",
      ...(hasRun && { containerID: `containerd://${this.id}` }),
      ready,
      started: this.isRunning,
      restartCount,
      state,
      lastState,
    };
  }

  private run(): void {
    if (this.isRunning) return;
    if (this.hasRun) {
      if (this.state.terminated) this.lastState = this.state;
      this.restartCount++;
      this.id = randomUUID();
    }
    this.hasRun = true;
    this.state = { running: { startedAt: timestamp() } };
  }
}
