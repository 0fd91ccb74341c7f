import { UpstreamUnavailable } from "../kernel/errors.js";

/** An object is deleted and not gone yet, and another of its name cannot be created before it is: asking again later helps. */
export class ObjectTerminating extends UpstreamUnavailable {
  constructor(name: string, finalizers: readonly string[]) {
    const wait = finalizers.length > 0 ? ` Kubernetes waits for its finalizers: ${finalizers.join(", ")}.` : "";
    super("kubernetes", `${name} is being deleted, and is created anew when it is gone.${wait}`);
  }
}
