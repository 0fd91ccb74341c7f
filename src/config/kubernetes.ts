import { z } from "zod";
import { optional } from "./variable-types.js";

export const kubernetes = z
  .object({
    KUBECONFIG: optional(z.string()),
    KUBERNETES_NAMESPACE_ROLE: z.string().default("orrery-namespace"),
  })
  .transform((given) => ({
    /** Path of a kubeconfig; undefined is the service account of the pod that the server runs in. */
    kubeconfig: given.KUBECONFIG,
    /** The ClusterRole that the service account is bound to in each namespace of the platform; undefined when it need not be. */
    namespaceRole: given.KUBERNETES_NAMESPACE_ROLE || undefined,
  }));
