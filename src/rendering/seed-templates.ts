import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AppLanguage, views } from "./app-view.js";
import type { ManifestPromise } from "./manifest.js";
import type { TemplateDefinition } from "./template.js";

/** One kind of output that has a template: what it sees, what it is written in, and what an object it renders must be. */
export interface TemplateKind {
  readonly file: string;
  readonly view: keyof typeof views;
  readonly language: TemplateDefinition["language"];
  readonly promise?: ManifestPromise;
}

const one = (apiVersion: string, kind: string): ManifestPromise => ({ apiVersion, kind, optional: false });
const atMostOne = (apiVersion: string, kind: string): ManifestPromise => ({ apiVersion, kind, optional: true });

const kinds = {
  "kubernetes/namespace": {
    file: "kubernetes/namespace.yaml.hbs",
    view: "namespaceView",
    language: "YAML",
    promise: one("v1", "Namespace"),
  },
  "kubernetes/image-pull-secret": {
    file: "kubernetes/image-pull-secret.yaml.hbs",
    view: "imagePullSecretView",
    language: "YAML",
    promise: one("v1", "Secret"),
  },
  "kubernetes/configmap": {
    file: "kubernetes/configmap.yaml.hbs",
    view: "appView",
    language: "YAML",
    promise: atMostOne("v1", "ConfigMap"),
  },
  "kubernetes/service": {
    file: "kubernetes/service.yaml.hbs",
    view: "appView",
    language: "YAML",
    promise: atMostOne("v1", "Service"),
  },
  "kubernetes/deployment": {
    file: "kubernetes/deployment.yaml.hbs",
    view: "appView",
    language: "YAML",
    promise: one("apps/v1", "Deployment"),
  },
  "kubernetes/ingress": {
    file: "kubernetes/ingress.yaml.hbs",
    view: "appView",
    language: "YAML",
    promise: atMostOne("networking.k8s.io/v1", "Ingress"),
  },
  "jenkins/job": { file: "jenkins/job.xml.hbs", view: "jobView", language: "XML" },
  "jenkins/go": { file: "jenkins/go.sh.hbs", view: "appView", language: "SHELL" },
  "jenkins/java": { file: "jenkins/java.sh.hbs", view: "appView", language: "SHELL" },
  "jenkins/node": { file: "jenkins/node.sh.hbs", view: "appView", language: "SHELL" },
  "jenkins/python": { file: "jenkins/python.sh.hbs", view: "appView", language: "SHELL" },
  "jenkins/static": { file: "jenkins/static.sh.hbs", view: "appView", language: "SHELL" },
} as const satisfies Readonly<Record<string, TemplateKind>>;

export type TemplateName = keyof typeof kinds;

/** Every kind of template by name. */
export const templateKinds: Readonly<Record<TemplateName, TemplateKind>> = kinds;

/** Whether each app has an output of this kind, and not only its namespace. */
export const isOfApps = (kind: TemplateName): boolean => ["appView", "jobView"].includes(templateKinds[kind].view);

/** Whether what it makes is a Kubernetes object, and not a text. */
export const makesObject = (kind: TemplateName): boolean => "promise" in templateKinds[kind];

/** Whether what it makes keeps secrets. */
export const makesSecret = (kind: TemplateName): boolean => templateKinds[kind].promise?.kind === "Secret";

/** The templates whose objects an app consists of, in the order they are applied. */
export const appManifestTemplates = [
  "kubernetes/configmap",
  "kubernetes/service",
  "kubernetes/deployment",
  "kubernetes/ingress",
] as const satisfies readonly TemplateName[];

/** The template of the command that builds an app of this language. */
export const buildCommandTemplate: Readonly<Record<AppLanguage, TemplateName>> = {
  GO: "jenkins/go",
  JAVA: "jenkins/java",
  NODE: "jenkins/node",
  PYTHON: "jenkins/python",
  STATIC: "jenkins/static",
};

/** The templates that come with the platform, read from its `templates/` directory; an administrator's own take their place by name. */
export function loadSeedTemplates(directory: string): Readonly<Record<TemplateName, TemplateDefinition>> {
  const entries = Object.entries(templateKinds).map(([name, { file, language }]) => {
    return [name, { name, language, source: readFileSync(join(directory, file), "utf8") }] as const;
  });
  return Object.fromEntries(entries) as Record<TemplateName, TemplateDefinition>;
}
