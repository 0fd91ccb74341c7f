/**
 * What the templates of an app see. A word is never absent: what does not apply is null or an empty list,
 * so that a template's typing mistake can be told from an option that was not chosen.
 */
export interface AppView {
  readonly app: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly namespace: { readonly id: string; readonly name: string };
  /** The release that is put live; null when the objects do not depend on one. */
  readonly release: { readonly id: string; readonly number: number } | null;
  readonly image: string;
  /** Name of the Secret in the app's namespace that lets the cluster pull the image. */
  readonly imagePullSecret: string;
  readonly language: AppLanguage;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: "TCP" | "UDP" }[];
  readonly replicas: number;
  /** Kubernetes quantities: `100m`, `128Mi`. */
  readonly resources: { readonly requests: ResourceView; readonly limits: ResourceView };
  /** Replaces the image's entrypoint when it is not empty; `args` replaces its arguments. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly readinessProbe: ProbeView | null;
  readonly livenessProbe: ProbeView | null;
  /** The host name under which the app is reachable from outside. */
  readonly publicHost: string | null;
  readonly source: SourceView;
  readonly registry: { readonly server: string };
  /** The data of the app's ConfigMap. */
  readonly config: readonly { readonly key: string; readonly value: string }[];
}

export type AppLanguage = "GO" | "JAVA" | "NODE" | "PYTHON" | "STATIC";

export interface ResourceView {
  readonly cpu: string;
  readonly memory: string;
}

export interface SourceView {
  readonly cloneUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The directory that is built, from the repository's root; `.` for the root itself. */
  readonly buildPath: string;
  /** The Dockerfile, from the repository's root. */
  readonly dockerfilePath: string;
}

/** How Kubernetes asks a container how it is. */
export type ProbeView = ProbeTiming &
  (
    | { readonly kind: "HTTP"; readonly path: string; readonly port: number }
    | { readonly kind: "TCP"; readonly port: number }
    | { readonly kind: "EXEC"; readonly command: readonly string[] }
  );

export interface ProbeTiming {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** What the template of a namespace sees. */
export interface NamespaceView {
  readonly namespace: { readonly id: string; readonly name: string };
}

/** What the template of an image pull secret sees; `dockerConfigJson` is the content of a `config.json` with `auths`. */
export interface ImagePullSecretView extends NamespaceView {
  readonly secretName: string;
  readonly dockerConfigJson: string;
}

/** What the template of a Jenkins job sees. */
export interface JobView extends AppView {
  /** The build command, rendered from the template of the app's language. */
  readonly buildCommand: string;
  /** Jenkins' own name for the credentials that may clone the repository; null for a public one. */
  readonly credentialsId: string | null;
}
