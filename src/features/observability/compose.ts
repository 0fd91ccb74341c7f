import type { Area } from "../foundation/area.js";
import type { Dependencies } from "../foundation/dependencies.js";
import type { Policy } from "../identity/access/policy.js";
import { AuditResolver } from "./audit/audit.resolver.js";
import { AuditReader } from "./audit/audit.reader.js";
import { PodLogDownload } from "./pod-log/pod-log-download.js";
import { PodLogResolver } from "./pod-log/pod-log.resolver.js";
import { PodLogReader } from "./pod-log/pod-log.reader.js";

interface ObservabilityDependencies extends Dependencies {
  readonly policy: Policy;
}

/** The audit log and the logs of pods. */
export const observability: Area<ObservabilityDependencies> = {
  entities: [],
  resolverClasses: [AuditResolver, PodLogResolver],
  operations: ({ fork, journal, clusters, policy }) => {
    const audit = new AuditReader(journal, policy);
    const podLogs = new PodLogReader(fork, clusters, policy);
    return {
      resolvers: [new AuditResolver(audit), new PodLogResolver()],
      streamSources: [audit, podLogs],
      downloads: [new PodLogDownload(podLogs)],
      nodes: { JournalEntry: ({ actor }, id) => audit.entry(actor, id) },
    };
  },
};
