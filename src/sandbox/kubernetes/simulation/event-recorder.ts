import { randomBytes } from "node:crypto";
import { type KubeObject, timestamp } from "../kube-object.js";
import type { ObjectStore } from "../object-store.js";
import type { ObjectWriter } from "../object-writer.js";
import { StatusError } from "../status-error.js";

/** An event that a component records about an object. */
export interface Note {
  readonly reason: string;
  readonly message: string;
  readonly type?: "Normal" | "Warning";
  /** The component: `kubelet`, `deployment-controller`. */
  readonly component: string;
  /** `spec.containers{name}` when it is about one container. */
  readonly fieldPath?: string;
}

interface EventObject extends KubeObject {
  readonly count: number;
}

/** Records Events; the same event about the same object only increases its count, as the real recorder does. */
export class EventRecorder {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly store: ObjectStore,
    private readonly writer: ObjectWriter,
  ) {}

  record(about: KubeObject, { reason, message, type = "Normal", component, fieldPath }: Note): void {
    const { namespace = "default", name, uid, resourceVersion } = about.metadata;
    const aggregate = [uid, reason, message, component, fieldPath].join("\u0000");
    const known = this.names.get(aggregate);
    const now = timestamp();
    const earlier =
      known === undefined ? undefined : (this.store.get("Event", namespace, known) as EventObject | undefined);
    const options = { manager: component };
    if (earlier) {
      this.writer.update(earlier, (event) => ({ ...event, count: event.count + 1, lastTimestamp: now }), options);
      return;
    }
    const eventName = `${name}.${randomBytes(8).toString("hex")}`;
    this.names.set(aggregate, eventName);
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: eventName, namespace } as KubeObject["metadata"],
      involvedObject: {
        kind: about.kind,
        namespace,
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
        fieldPath,
      },
      reason,
      message,
      source: component === "kubelet" ? { component, host: "sandbox-1" } : { component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: component === "kubelet" ? "sandbox-1" : "",
    };
    try {
      this.writer.create(event, options);
    } catch (error) {
      // A terminating namespace accepts no events; this one is not needed.
      if (!(error instanceof StatusError)) throw error;
    }
  }
}
