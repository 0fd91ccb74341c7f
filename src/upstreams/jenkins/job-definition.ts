import { SaxesParser } from "saxes";

/** The plugins of the classes that a job for images is likely to use. */
const pluginOf: readonly (readonly [prefix: string, plugin: string])[] = [
  ["hudson.plugins.git.", "git"],
  ["org.jenkinsci.plugins.credentialsbinding.", "credentials-binding"],
  ["hudson.plugins.timestamper.", "timestamper"],
  ["hudson.plugins.ansicolor.", "ansicolor"],
  ["hudson.plugins.ws__cleanup.", "ws-cleanup"],
  ["com.cloudbees.dockerpublish.", "docker-build-publish"],
  ["org.jenkinsci.plugins.workflow.", "workflow-job"],
];
const lists = ["builders", "buildWrappers", "publishers", "triggers"];

/** A part without which a job would do nothing, or the wrong thing. */
interface JobPart {
  readonly what: string;
  readonly className: string;
}

/**
 * The parts of the posted config.xml that the stored one lacks, each as a sentence with its remedy. Jenkins drops
 * elements of unknown classes and answers 200; such a job succeeds without doing anything.
 */
export function lostParts(posted: string, stored: string): readonly string[] {
  const kept = partsOf(stored).map(keyOf);
  return partsOf(posted)
    .filter((part) => {
      const found = kept.indexOf(keyOf(part));
      if (found >= 0) kept.splice(found, 1);
      return found < 0;
    })
    .map(({ what, className }) => `${what} (${className}) was dropped: ${remedy(className)}`);
}

// Without namespaces, saxes returns an attribute as its text.
const classOf = (attribute: unknown): string => (typeof attribute === "string" ? attribute : "none");

const keyOf = ({ what, className }: JobPart): string => `${what} ${className}`;

function remedy(className: string): string {
  const plugin = pluginOf.find(([prefix]) => className.startsWith(prefix))?.[1];
  if (plugin !== undefined) return `install the plugin ${plugin}`;
  if (/^hudson\.(model|tasks|scm)\./.test(className)) return "its class name or fields are wrong";
  return "the plugin that has this class is missing";
}

function partsOf(xml: string): readonly JobPart[] {
  const parts: JobPart[] = [];
  const path: string[] = [];
  let definition = "";
  // Jenkins declares XML 1.1.
  const parser = new SaxesParser({ defaultXMLVersion: "1.1", forceXMLVersion: true });
  parser.on("opentag", ({ name, attributes }) => {
    const parent = path.at(-1) ?? "";
    if (path.length === 1 && (name === "scm" || name === "definition")) {
      parts.push({ what: `The ${name}`, className: classOf(attributes["class"]) });
    }
    if (path.length === 2 && lists.includes(parent)) parts.push({ what: `The step of ${parent}`, className: name });
    if (parent === "parameterDefinitions") definition = name;
    path.push(name);
  });
  parser.on("text", (text) => {
    if (path.at(-1) === "name" && path.at(-3) === "parameterDefinitions") {
      parts.push({ what: `The parameter ${text.trim()}`, className: definition });
    }
  });
  parser.on("closetag", () => path.pop());
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return parts;
}
