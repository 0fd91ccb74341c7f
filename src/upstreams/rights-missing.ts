import { UpstreamUnavailable } from "../kernel/errors.js";

/** We have no rights in a namespace yet, or no longer: whoever reconciles the namespace gives them, and then asking again helps. */
export class RightsMissing extends UpstreamUnavailable {
  constructor(namespace: string, options?: ErrorOptions) {
    super(
      "kubernetes",
      `The platform has no rights in the namespace ${namespace} yet; they come with its RoleBinding.`,
      options,
    );
  }
}
