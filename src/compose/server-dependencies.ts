import type { MikroORM } from "@mikro-orm/postgresql";
import type { Config } from "../config/config.js";
import type { DeliveryServices } from "../features/delivery/compose-services.js";
import type { Dependencies } from "../features/foundation/dependencies.js";
import type { Policy } from "../features/identity/access/policy.js";
import type { IdentityServices } from "../features/identity/compose.js";
import type { TemplatingServices } from "../features/templating/compose.js";
import type { PostgresPubSub } from "../streams/postgres-pub-sub.js";
import type { BuildServer } from "../upstreams/build-server.js";
import type { Cluster } from "../upstreams/cluster.js";
import type { SourceHost } from "../upstreams/source-host.js";

/** Everything that the areas are built from. */
export interface ServerDependencies extends Dependencies, IdentityServices, TemplatingServices, DeliveryServices {
  readonly config: Config;
  readonly orm: MikroORM;
  readonly pubSub: PostgresPubSub;
  readonly policy: Policy;
  readonly cluster: Cluster;
  readonly buildServer: BuildServer;
  readonly sourceHost: SourceHost;
}
