import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AppLanguage } from "./app-view.js";
import type { LanguageName, TemplateDefinition } from "./template.js";
import { templateKinds, type TemplateKind, type TemplateName } from "./template-kinds.js";

/** The templates of the containers that are added to an app's pods: init containers, and sidecars. */
export const initContainerTemplates = ["kubernetes/init-container"] as const satisfies readonly TemplateName[];
export const sidecarTemplates = [
  "kubernetes/proxy-container",
  "kubernetes/log-collector-container",
] as const satisfies readonly TemplateName[];

/** The template of the build command for this language. */
export const buildCommandTemplate: Readonly<Record<AppLanguage, TemplateName>> = {
  GO: "jenkins/go",
  JAVA: "jenkins/java",
  NODE: "jenkins/node",
  PYTHON: "jenkins/python",
  STATIC: "jenkins/static",
};

/** The file extension of each language. */
export const fileEnding: Readonly<Record<LanguageName, string>> = {
  YAML: "yaml",
  XML: "xml",
  SHELL: "sh",
  TEXT: "txt",
  HTML: "html",
  DOCKERFILE: "Dockerfile",
};

/**
 * The seed templates, each from the first of these folders that has it; administrators' templates override them by
 * name.
 */
export function loadSeedTemplates(...folders: readonly string[]): Readonly<Record<TemplateName, TemplateDefinition>> {
  const entries = (Object.entries(templateKinds) as [TemplateName, TemplateKind][]).map(([name, { language }]) => {
    const files = folders.map((folder) => join(folder, `${name}.${fileEnding[language]}.hbs`));
    const source = readFileSync(files.find((file) => existsSync(file)) ?? files.at(-1)!, "utf8");
    return [name, { name, language, source }] as const;
  });
  return Object.fromEntries(entries) as Record<TemplateName, TemplateDefinition>;
}
