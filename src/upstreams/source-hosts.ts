import type { Repository, SourceHost } from "./source-host.js";

/** The source hosts, each asked for by the repository that is read: where it is, is decided here alone. There is one today. */
export interface SourceHosts {
  of(repository: Repository): SourceHost;
}
