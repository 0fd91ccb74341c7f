import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clusters } from "../../../upstreams/clusters.js";
import type { WorkQueue } from "../../../work/work-queue.js";

/** Changes of an app within this time cause one reconcile. */
const debounceMs = 50;

/** Enqueues an app's open rollout whenever the cluster reports a change of the app. Returns the function that stops it. */
export function watchRollouts(
  clusters: Clusters,
  fork: () => SqlEntityManager,
  work: WorkQueue,
  failed: (error: unknown) => void,
): () => void {
  const changed = new Set<string>();
  let everything = false;
  let timer: NodeJS.Timeout | undefined;
  const pass = async (): Promise<void> => {
    timer = undefined;
    const appIds = [...changed];
    const all = everything;
    changed.clear();
    everything = false;
    await work.enqueueAll(
      fork(),
      "rollout",
      `select id from rollout where phase in ('PENDING', 'PROGRESSING') and (? or app_id = any(?::text[]))`,
      [all, `{${appIds.join(",")}}`],
    );
  };
  const ends = clusters.all.map((cluster) =>
    cluster.onChange((owner) => {
      if (owner) changed.add(owner.appId);
      else everything = true;
      timer ??= setTimeout(() => void pass().catch(failed), debounceMs);
    }),
  );
  return () => {
    for (const end of ends) end();
    clearTimeout(timer);
  };
}
