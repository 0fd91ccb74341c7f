import { Digests } from "../../kernel/digests.js";
import type { Dependencies } from "../foundation/dependencies.js";
import type { Policy } from "../identity/access/policy.js";
import type { NamespaceLookup } from "../identity/member/member-ports.js";
import { AppManifests } from "./app/app-manifests.js";
import { RecentChunks } from "./build/recent-chunks.js";
import { HostClaims } from "./host/host-claims.js";
import { Allowances } from "./namespace/allowances.js";
import { namespaceLookup } from "./namespace/namespace-lookup.js";
import type { NamespaceSecurity } from "./namespace/namespace-security.js";
import type { TemplateLookup } from "./namespace/template-lookup.js";
import { ObjectPlanner } from "./plan/object-planner.js";
import type { FindWaitingForRelease } from "./deploy/release.reconciler.js";

interface DeliveryConfig {
  readonly registry: {
    readonly server: string;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
  };
  readonly jenkins: {
    readonly gitCredentialsId?: string | undefined;
    readonly registryCredentialsId?: string | undefined;
  };
  /** The allowances of a namespace that has none of its own. */
  readonly allowances: { readonly domains: readonly string[]; readonly repositories: readonly string[] };
  readonly namespaceSecurity: NamespaceSecurity;
  /** How long consoles of builds are kept; 0 is for ever. */
  readonly buildLogDays: number;
  readonly rolloutGraceMs: number;
}

/** What later areas use of delivery, and what its API and its worker share. */
export interface DeliveryServices {
  readonly appManifests: AppManifests;
  readonly allowances: Allowances;
  readonly hostClaims: HostClaims;
  readonly planner: ObjectPlanner;
  readonly recentChunks: RecentChunks;
  readonly namespaceLookup: NamespaceLookup;
}

/** What delivery needs of the area before it, and the ports that a later area implements. */
interface DeliveryNeeds extends Dependencies {
  readonly config: DeliveryConfig;
  readonly policy: Policy;
  readonly templates: TemplateLookup;
}

export interface DeliveryDependencies extends DeliveryNeeds, DeliveryServices {
  readonly findWaitingForRelease: FindWaitingForRelease;
}

export function deliveryServices(dependencies: DeliveryNeeds): DeliveryServices {
  const { config, policy, templates, clusters, cipher, keyring, sourceHosts } = dependencies;
  const allowances = new Allowances(config.allowances);
  return {
    appManifests: new AppManifests(templates, {
      registry: config.registry.server,
      cloneUrl: (repository) => sourceHosts.of(repository).cloneUrl(repository),
      credentialsId: config.jenkins.gitCredentialsId,
      registryCredentialsId: config.jenkins.registryCredentialsId,
    }),
    allowances,
    hostClaims: new HostClaims(allowances, policy),
    planner: new ObjectPlanner(clusters, cipher, new Digests(keyring, "plan marks")),
    recentChunks: new RecentChunks(),
    namespaceLookup,
  };
}
