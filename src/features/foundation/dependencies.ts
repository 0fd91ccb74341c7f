import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Logger } from "pino";
import type { JournalTail } from "../../journal/journal-tail.js";
import type { Clock } from "../../kernel/clock.js";
import type { NewId } from "../../kernel/ids.js";
import type { Keyring } from "../../kernel/keyring.js";
import type { PubSub } from "../../kernel/pub-sub.js";
import type { SecretCipher } from "../../kernel/secret-cipher.js";
import type { BuildServers } from "../../upstreams/build-servers.js";
import type { Clusters } from "../../upstreams/clusters.js";
import type { SourceHosts } from "../../upstreams/source-hosts.js";
import type { WorkQueue } from "../../work/work-queue.js";
import type { Mutations } from "./mutations.js";
import type { PreparedStatements, ReadModel } from "./read-model.js";

/** What the services of every area are built from. An area adds its part of the configuration and what it needs of other areas. */
export interface Dependencies {
  readonly log: Logger;
  readonly fork: () => SqlEntityManager;
  readonly statements: PreparedStatements;
  readonly readModel: ReadModel;
  readonly pubSub: PubSub;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly work: WorkQueue;
  readonly journal: JournalTail;
  readonly mutations: Mutations;
  readonly keyring: Keyring;
  readonly cipher: SecretCipher;
  readonly clusters: Clusters;
  readonly buildServers: BuildServers;
  readonly sourceHosts: SourceHosts;
}
