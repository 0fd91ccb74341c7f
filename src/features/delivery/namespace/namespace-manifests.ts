import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ImagePullSecretView, NamespaceNetworkView, NamespaceView } from "../../../rendering/app-view.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import type { TemplateLookup } from "./template-lookup.js";
import { withPodSecurity, type NamespaceSecurity } from "./namespace-security.js";
import type { Namespace } from "./namespace.entity.js";

/** Name of the Secret, in every namespace of ours, that lets pods pull images. */
export const imagePullSecret = "orrery-registry";

/** The registry of namespaces that have none of their own. */
interface DefaultRegistry {
  readonly server: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Renders the Kubernetes objects of a namespace. */
export class NamespaceManifests {
  constructor(
    private readonly templates: TemplateLookup,
    private readonly defaultRegistry: DefaultRegistry,
    private readonly network: NamespaceSecurity["network"],
  ) {}

  async of(em: SqlEntityManager, namespace: Namespace, password: string | undefined): Promise<Manifest[]> {
    const templates = await this.templates.of(em, { namespaceId: namespace.id });
    const view: NamespaceView = { namespace: { id: namespace.id, name: namespace.name } };
    const registry = namespace.registryServer
      ? { server: namespace.registryServer, username: namespace.registryUsername, password }
      : this.defaultRegistry;
    const secret: ImagePullSecretView = {
      ...view,
      secretName: imagePullSecret,
      dockerConfigJson: dockerConfig(registry),
    };
    const network: NamespaceNetworkView = { ...view, network: this.network };
    return [
      ...templates.manifests("kubernetes/namespace", view).map((each) => withPodSecurity(each, namespace)),
      ...templates.manifests("kubernetes/image-pull-secret", secret),
      ...(namespace.isIsolated ? templates.manifests("kubernetes/namespace-network-policy", network) : []),
    ];
  }
}

/** The content of a Docker config.json; without credentials it is empty, for registries without a login. */
function dockerConfig({
  server,
  username,
  password,
}: {
  server: string;
  username?: string | null | undefined;
  password?: string | undefined;
}): string {
  if (!username || !password) return JSON.stringify({ auths: {} });
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [server]: { username, password, auth } } });
}
