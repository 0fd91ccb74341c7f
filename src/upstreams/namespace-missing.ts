import { UpstreamRejected } from "../kernel/errors.js";

/** The cluster has no such namespace. The namespace's reconciler creates it; a later retry succeeds. */
export class NamespaceMissing extends UpstreamRejected {
  constructor(message: string, options?: ErrorOptions) {
    super("kubernetes", message, 404, options);
  }
}
