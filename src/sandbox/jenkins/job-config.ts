import { oops, Refused } from "./answer.js";
import { childAt, parseXml, printXml, textAt, type XmlElement } from "./xml.js";

export interface ParameterDefinition {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly defaultValue: string;
  readonly trim: boolean;
}

/** The simulated parts of a config.xml. */
export interface JobConfig {
  readonly xml: string;
  readonly description: string;
  /** Undefined when the job takes no parameters. */
  readonly parameters: readonly ParameterDefinition[] | undefined;
  readonly concurrent: boolean;
  readonly disabled: boolean;
  readonly quietPeriodSeconds: number | undefined;
  readonly git: { readonly url: string; readonly branch: string } | undefined;
  /** The ids of the credentials that its steps are given as variables. */
  readonly bound: readonly string[];
  /** The commands of the shell steps, in order. */
  readonly commands: readonly string[];
  /** The number of builds to keep; undefined keeps all. */
  readonly keep: number | undefined;
}

export const folderClass = "com.cloudbees.hudson.plugins.folder.Folder";
export const projectClass = "hudson.model.FreeStyleProject";

const parametersClass = "hudson.model.ParametersDefinitionProperty";
const secretsClass = "org.jenkinsci.plugins.credentialsbinding.impl.SecretBuildWrapper";
const discarderClass = "jenkins.model.BuildDiscarderProperty";

/** The classes of a Jenkins with the git, timestamper and credentials-binding plugins. */
export const knownClasses: readonly string[] = [
  parametersClass,
  discarderClass,
  ...["String", "Text", "Boolean", "Choice", "Password"].map((kind) => `hudson.model.${kind}ParameterDefinition`),
  "hudson.tasks.LogRotator",
  "hudson.tasks.Shell",
  "hudson.tasks.BatchFile",
  "hudson.tasks.ArtifactArchiver",
  "hudson.plugins.git.GitSCM",
  "hudson.scm.NullSCM",
  "hudson.triggers.TimerTrigger",
  "hudson.triggers.SCMTrigger",
  "hudson.plugins.timestamper.TimestamperBuildWrapper",
  secretsClass,
];

const knownFields = new Set(
  (
    "actions description displayName keepDependencies properties scm quietPeriod scmCheckoutRetryCount assignedNode canRoam " +
    "disabled blockBuildWhenDownstreamBuilding blockBuildWhenUpstreamBuilding jdk authToken triggers concurrentBuild " +
    "customWorkspace builders publishers buildWrappers"
  ).split(" "),
);
const lists = new Set(["properties", "triggers", "builders", "publishers", "buildWrappers", "parameterDefinitions"]);

/**
 * Parses a freestyle config.xml as Jenkins does: unknown fields and classes are dropped silently, only an unknown root
 * or invalid XML is an error.
 */
export function readConfig(text: string, classes: ReadonlySet<string>): JobConfig {
  const parsed = parseXml(text);
  if (!parsed) throw new Refused(oops("Failed to persist config.xml"));
  if (parsed.name !== "project") throw new Refused(oops(`CannotResolveClassException: ${parsed.name}`));
  const root = withoutUnknown(
    { ...parsed, children: parsed.children.filter(({ name }) => knownFields.has(name)) },
    classes,
  );
  const scm = childAt(root, "scm");
  const isGit = scm?.attributes["class"] === "hudson.plugins.git.GitSCM";
  const quiet = textAt(root, "quietPeriod");
  const keep = Number(textAt(root, "properties", discarderClass, "strategy", "numToKeep") || "-1");
  return {
    xml: printXml(root),
    description: textAt(root, "description"),
    parameters: childAt(root, "properties", parametersClass) && parametersOf(root),
    concurrent: textAt(root, "concurrentBuild") === "true",
    disabled: textAt(root, "disabled") === "true",
    quietPeriodSeconds: quiet === "" ? undefined : Number(quiet),
    git: isGit
      ? {
          url: textAt(scm, "userRemoteConfigs", "hudson.plugins.git.UserRemoteConfig", "url"),
          branch: textAt(scm, "branches", "hudson.plugins.git.BranchSpec", "name"),
        }
      : undefined,
    bound: (childAt(root, "buildWrappers", secretsClass, "bindings")?.children ?? []).map((binding) =>
      textAt(binding, "credentialsId"),
    ),
    commands: (childAt(root, "builders")?.children ?? []).map((builder) =>
      textAt(builder, "command").replaceAll("\r\n", "\n"),
    ),
    keep: keep > 0 ? keep : undefined,
  };
}

/** The same configuration, switched on or off. */
export function withDisabled(config: JobConfig, disabled: boolean, classes: ReadonlySet<string>): JobConfig {
  const root = parseXml(config.xml)!;
  const flag: XmlElement = { name: "disabled", attributes: {}, children: [], text: String(disabled) };
  const others = root.children.filter(({ name }) => name !== "disabled");
  return readConfig(printXml({ ...root, children: [...others, flag] }), classes);
}

function parametersOf(root: XmlElement): ParameterDefinition[] {
  const definitions = childAt(root, "properties", parametersClass, "parameterDefinitions")?.children ?? [];
  return definitions.map((definition) => ({
    type: definition.name,
    name: textAt(definition, "name"),
    description: textAt(definition, "description"),
    defaultValue:
      textAt(definition, "defaultValue") || (childAt(definition, "choices")?.children[0]?.children[0]?.text ?? ""),
    trim: textAt(definition, "trim") === "true",
  }));
}

function withoutUnknown(element: XmlElement, classes: ReadonlySet<string>): XmlElement {
  const children = element.children
    .filter((child) => !lists.has(element.name) || classes.has(child.name))
    .filter(
      ({ attributes }) =>
        !/^(hudson|jenkins|org|com)\./.test(attributes["class"] ?? "") || classes.has(attributes["class"]!),
    )
    .map((child) => withoutUnknown(child, classes));
  return { ...element, children };
}
