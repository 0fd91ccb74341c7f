import { UpstreamUnavailable } from "../kernel/errors.js";

/** The platform has no rights in a namespace (yet). The namespace's reconciler grants them; a later retry succeeds. */
export class RightsMissing extends UpstreamUnavailable {
  constructor(namespace: string, options?: ErrorOptions) {
    super(
      "kubernetes",
      `The platform has no rights in the namespace ${namespace} yet; they come with its RoleBinding.`,
      options,
    );
  }
}
