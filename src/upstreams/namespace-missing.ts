import { UpstreamRejected } from "../kernel/errors.js";

/** The cluster has no such namespace: the reconciler of the namespace creates it, and then asking again helps. */
export class NamespaceMissing extends UpstreamRejected {
  constructor(message: string, options?: ErrorOptions) {
    super("kubernetes", message, 404, options);
  }
}
