import { FailureLog } from "../kernel/failure-log.js";
import { PlatformError } from "../kernel/errors.js";
import { isTemporary } from "../kernel/temporary-failure.js";
import { Worker } from "../work/worker.js";
import { areas } from "./areas.js";
import type { ServerDependencies } from "./server-dependencies.js";

/** Starts the reconcilers and the watches of every area. Returns the function that stops them and gives their leases back. */
export async function startWorker(dependencies: ServerDependencies): Promise<() => Promise<void>> {
  const { log, fork, pubSub, work } = dependencies;
  const parts = areas.flatMap((area) => area.work?.(dependencies) ?? []);
  const reconcilers = parts.flatMap((part) => part.reconcilers);
  const worker = new Worker(work, fork, pubSub, reconcilers, {
    failures: new FailureLog(log, "work queue"),
    failed: ({ kind, key, attempt }, error) => {
      const details = { kind, key, attempt, err: error };
      if (isTemporary(error)) log.warn(details, "reconcile failed: temporarily unavailable; will retry");
      else if (error instanceof PlatformError) log.warn(details, "reconcile refused; will retry");
      else log.error(details, "reconcile failed with a defect; will retry");
    },
  });
  await worker.start();
  const stopWatches = parts
    .flatMap((part) => part.watches ?? [])
    .map((watch) => watch((error) => log.warn({ err: error }, "cluster change could not be enqueued")));
  return async () => {
    for (const stop of stopWatches) stop();
    await worker.stop();
  };
}
