import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { NamespaceView } from "../../../rendering/app-view.js";
import type { AddedContainer } from "../../../rendering/pod-additions.js";
import type { TemplateName } from "../../../rendering/template-kinds.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";

/** One template of every kind, ready to render the view of an app or a namespace. */
export interface RenderingTemplates {
  text(name: TemplateName, view: object): string;
  manifests(name: TemplateName, view: NamespaceView): Manifest[];
  containers(names: readonly TemplateName[], view: NamespaceView): AddedContainer[];
  version(name: TemplateName): string;
}

/** The port through which delivery finds the effective templates of an app or a namespace; the area templating implements it. */
export interface TemplateLookup {
  /** As the transaction sees them: of an app, or of a namespace itself. */
  of(
    em: SqlEntityManager,
    place: { readonly namespaceId: string; readonly appId?: string },
  ): Promise<RenderingTemplates>;
  /** Of several apps, in their order, in as many statements as for one. */
  ofApps(apps: readonly { readonly id: string; readonly namespaceId: string }[]): Promise<RenderingTemplates[]>;
}
