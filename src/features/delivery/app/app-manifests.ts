import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { AppView, JobView, ProbeView } from "../../../rendering/app-view.js";
import type { AdditionsView } from "../../../rendering/extended-views.js";
import { withPodAdditions } from "../../../rendering/pod-additions.js";
import { buildCommandTemplate, initContainerTemplates, sidecarTemplates } from "../../../rendering/seed-templates.js";
import type { TemplateName } from "../../../rendering/template-kinds.js";
import type { Manifest } from "../../../upstreams/cluster-object.js";
import { imagePullSecret } from "../namespace/namespace-manifests.js";
import type { Namespace } from "../namespace/namespace.entity.js";
import type { RenderingTemplates, TemplateLookup } from "../namespace/template-lookup.js";
import { appManifestTemplates, needsImage } from "./app-manifest-templates.js";
import { withSelector } from "./adopted-selector.js";
import type { App } from "./app.entity.js";
import type { AppSpec } from "./app-spec.js";

/** The parts of a release that templates see: its id and number, and the image that was built. */
interface RenderedRelease {
  readonly id: string;
  readonly number: number;
  readonly image: string;
}

interface AppManifestsOptions {
  /** Where images live when the namespace names no registry of its own. */
  readonly registry: string;
  /** The address that a repository is cloned from. */
  readonly cloneUrl: (repository: { readonly path: string }) => string;
  /** The build server's own name for the credentials that may clone private repositories. */
  readonly credentialsId?: string | undefined;
  /** The build server's name for the credentials that may push images; `{namespace}` is replaced by the namespace's name. */
  readonly registryCredentialsId?: string | undefined;
}

/** The tag of the placeholder image in previews before the first build. */
const imageToCome = "the-image-of-the-first-build";

/** Makes renderers for apps, with the effective templates of each. */
export class AppManifests {
  constructor(
    private readonly templates: TemplateLookup,
    private readonly options: AppManifestsOptions,
  ) {}

  /** The renderer with the templates that are effective for the app now. */
  async of(em: SqlEntityManager, { id: appId, namespaceId }: Pick<App, "id" | "namespaceId">): Promise<AppRenderer> {
    return this.by(await this.templates.of(em, { namespaceId, appId }));
  }

  /** The renderers of several apps, in as many statements as for one. */
  async ofEach(apps: readonly Pick<App, "id" | "namespaceId">[]): Promise<AppRenderer[]> {
    return (await this.templates.ofApps(apps)).map((templates) => this.by(templates));
  }

  by(templates: RenderingTemplates): AppRenderer {
    return new AppRenderer(templates, this.options);
  }
}

/** Renders an app's spec into its Kubernetes objects and its build job with one set of templates. Pure. */
export class AppRenderer {
  constructor(
    private readonly templates: RenderingTemplates,
    private readonly options: AppManifestsOptions,
  ) {}

  /** The objects that one template contributes to: its own objects, and the Deployment whose pods it adds to. */
  objects(name: TemplateName, app: App, namespace: Namespace, spec: AppSpec): Manifest[] {
    const view = this.view(app, namespace, spec);
    return (shownIn[name] ?? [name]).flatMap((each) => this.manifest(each, app, view));
  }

  /** The text that one template renders for the app. */
  text(name: TemplateName, app: App, namespace: Namespace, spec: AppSpec, release?: RenderedRelease): string {
    const view = this.view(app, namespace, spec, release);
    return this.templates.text(name, name === "jenkins/job" ? this.jobView(view) : view);
  }

  /** Every Kubernetes object of the app; without a release the Deployment has a placeholder image. */
  all(app: App, namespace: Namespace, spec: AppSpec, release?: RenderedRelease): Manifest[] {
    const view = this.view(app, namespace, spec, release);
    return appManifestTemplates.flatMap((name) => this.manifest(name, app, view));
  }

  /** The objects that need no image: all but the workload and its autoscaler. */
  base(app: App, namespace: Namespace, spec: AppSpec): Manifest[] {
    const view = this.view(app, namespace, spec);
    return appManifestTemplates.filter((name) => !needsImage(name)).flatMap((name) => this.manifest(name, app, view));
  }

  /** The job's definition on the build server (config.xml). */
  job(app: App, namespace: Namespace, spec: AppSpec): string {
    return this.text("jenkins/job", app, namespace, spec);
  }

  /** The versions of the templates that a release of this language depends on. */
  versions(spec: AppSpec): Record<string, string> {
    return Object.fromEntries(templatesOf(spec).map((name) => [name, this.templates.version(name)]));
  }

  private manifest(name: TemplateName, { selector }: App, view: AdditionsView): Manifest[] {
    const made = this.templates.manifests(name, view).map((each) => withSelector(each, selector));
    if (name !== "kubernetes/deployment") return made;
    const additions = {
      initContainers: this.templates.containers(initContainerTemplates, view),
      sidecars: this.templates.containers(sidecarTemplates, view),
      serviceAccountName: this.templates.manifests("kubernetes/service-account", view)[0]?.metadata.name,
    };
    return made.map((deployment) => withPodAdditions(deployment, additions));
  }

  private jobView(view: AppView): JobView {
    return {
      ...view,
      buildCommand: this.templates.text(buildCommandTemplate[view.language], view),
      credentialsId: this.options.credentialsId ?? null,
      registryCredentialsId: this.options.registryCredentialsId?.replaceAll("{namespace}", view.namespace.name) ?? null,
    };
  }

  private view(app: App, namespace: Namespace, spec: AppSpec, release?: RenderedRelease): AdditionsView {
    const server = namespace.registryServer ?? this.options.registry;
    return {
      app: { id: app.id, name: app.name, displayName: app.displayName },
      namespace: { id: namespace.id, name: namespace.name },
      release: release ? { id: release.id, number: release.number } : null,
      image: release?.image ?? `${server}/${namespace.name}/${app.name}:${imageToCome}`,
      imagePullSecret,
      language: spec.language,
      ports: spec.ports,
      replicas: spec.replicas,
      autoscaling: spec.autoscaling ?? null,
      resources: spec.resources,
      command: spec.command,
      args: spec.args,
      environment: spec.environment,
      readinessProbe: probeView(spec.readinessProbe),
      livenessProbe: probeView(spec.livenessProbe),
      security: {
        runAsNonRoot: !(spec.security?.runAsRoot ?? false),
        runAsUser: spec.security?.runAsUser ?? null,
        capabilities: spec.security?.capabilities ?? [],
      },
      publicHost: spec.publicHost ?? null,
      source: {
        cloneUrl: this.options.cloneUrl(spec.repository),
        repository: spec.repository.path,
        buildPath: spec.buildPath,
        dockerfilePath: spec.dockerfilePath,
      },
      registry: { server },
      config: [],
      serviceAccount: null,
      secret: null,
      networkPolicy: null,
      logs: null,
      initContainer: null,
      proxy: null,
    };
  }
}

/** Templates that contribute to other objects than their own. */
const shownIn: Partial<Record<TemplateName, readonly TemplateName[]>> = {
  "kubernetes/service-account": ["kubernetes/service-account", "kubernetes/deployment"],
  "kubernetes/init-container": ["kubernetes/deployment"],
  "kubernetes/proxy-container": ["kubernetes/deployment"],
  "kubernetes/log-collector-container": ["kubernetes/deployment"],
};

/** Every template that an app with this spec is rendered by. */
export const templatesOf = ({ language }: Pick<AppSpec, "language">): readonly TemplateName[] => [
  ...appManifestTemplates,
  ...initContainerTemplates,
  ...sidecarTemplates,
  buildCommandTemplate[language],
  "jenkins/job",
];

function probeView(probe: AppSpec["readinessProbe"]): ProbeView | null {
  if (!probe) return null;
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, successThreshold, failureThreshold } = probe;
  const timing = { initialDelaySeconds, periodSeconds, timeoutSeconds, successThreshold, failureThreshold };
  switch (probe.kind) {
    case "HTTP":
      return { kind: "HTTP", path: probe.path!, port: probe.port!, ...timing };
    case "TCP":
      return { kind: "TCP", port: probe.port!, ...timing };
    case "EXEC":
      return { kind: "EXEC", command: probe.command!, ...timing };
  }
}
