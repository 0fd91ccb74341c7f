import { platformActor } from "../../../kernel/actor.js";
import type { ReconcileContext } from "../../../work/reconciler.js";
import type { Mutations } from "../../foundation/mutations.js";
import type { Namespace } from "../namespace/namespace.entity.js";

/** Has the namespace reconciled, because the cluster has no such namespace, or gives us no rights in it. */
export async function requestNamespace(
  mutations: Mutations,
  { id, phase }: Namespace,
  context: ReconcileContext,
): Promise<void> {
  // A failed namespace is retried anyway.
  if (phase === "FAILED") return;
  await context.commit((em) => mutations.unitOfWork(em, platformActor).enqueue({ kind: "namespace", key: id }));
}
