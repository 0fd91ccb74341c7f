import { join } from "node:path";
import { projectFolder } from "../../kernel/project-folder.js";
import type { RenderingRules } from "../../rendering/allowed-objects.js";
import { loadSeedTemplates } from "../../rendering/seed-templates.js";
import type { AppManifests } from "../delivery/app/app-manifests.js";
import type { Area } from "../foundation/area.js";
import type { Dependencies } from "../foundation/dependencies.js";
import type { Policy } from "../identity/access/policy.js";
import { DockerfileLibrary } from "./dockerfile/dockerfile-library.js";
import { DockerfileResolver } from "./dockerfile/dockerfile.resolver.js";
import { TemplatePinReader } from "./template-pin/template-pin.reader.js";
import { TemplateLinkResolver, TemplatePinResolver } from "./template-pin/template-pin.resolver.js";
import { TemplatePinService } from "./template-pin/template-pin.service.js";
import { findWaitingForRelease } from "./template-rollout/find-waiting-for-release.js";
import { TemplateRolloutAdvance } from "./template-rollout/template-rollout-advance.js";
import { TemplateRolloutRollback } from "./template-rollout/template-rollout-rollback.js";
import { TemplateRollout, TemplateRolloutApp } from "./template-rollout/template-rollout.entity.js";
import { TemplateRolloutReader } from "./template-rollout/template-rollout.reader.js";
import { TemplateRolloutReconciler } from "./template-rollout/template-rollout.reconciler.js";
import {
  TemplateRolloutAppResolver,
  TemplateRolloutResolver,
  TemplateRolloutStageResolver,
} from "./template-rollout/template-rollout.resolver.js";
import { TemplateRolloutService } from "./template-rollout/template-rollout.service.js";
import { TemplatePin } from "./template-source/template-pin.entity.js";
import { TemplateStage } from "./template-source/template-stage.entity.js";
import { Template, TemplateVersion } from "./template-source/template.entity.js";
import { EffectiveTemplates } from "./template/effective-templates.js";
import { TemplateImpactResolver } from "./template/template-impact.resolver.js";
import { TemplateImpacts } from "./template/template-impact.js";
import { TemplatePreviews } from "./template/template-preview.js";
import { TemplateReader } from "./template/template.reader.js";
import { AppTemplatesResolver, TemplateResolver, TemplateVersionResolver } from "./template/template.resolver.js";
import { TemplateService } from "./template/template.service.js";
import { EffectiveVariables } from "./variable/effective-variables.js";
import {
  AppVariablesResolver,
  HeldVariableResolver,
  NamespaceVariablesResolver,
  VariableValueResolver,
} from "./variable/variable-value.resolver.js";
import { VariableValueService } from "./variable/variable-value.service.js";
import { Variable, VariableValue } from "./variable/variable.entity.js";
import { VariableReader } from "./variable/variable.reader.js";
import { VariableResolver } from "./variable/variable.resolver.js";
import { VariableService } from "./variable/variable.service.js";

interface TemplatingConfig {
  /** A folder of templates that replace those of the same names that come with the platform. */
  readonly templatesFolder?: string | undefined;
  readonly renderingRules: RenderingRules;
}

/** The effective templates and variables, and the ports of delivery that this area implements. */
export interface TemplatingServices {
  readonly templates: EffectiveTemplates;
  readonly variables: EffectiveVariables;
  readonly findWaitingForRelease: typeof findWaitingForRelease;
}

export function templatingServices({
  readModel,
  config,
}: Dependencies & { readonly config: TemplatingConfig }): TemplatingServices {
  const ownFolder = config.templatesFolder === undefined ? [] : [config.templatesFolder];
  const seeds = loadSeedTemplates(...ownFolder, join(projectFolder, "templates"));
  const variables = new EffectiveVariables(readModel);
  const templates = new EffectiveTemplates(seeds, readModel, variables, config.renderingRules);
  return { templates, variables, findWaitingForRelease };
}

interface TemplatingDependencies extends Dependencies, TemplatingServices {
  readonly policy: Policy;
  readonly appManifests: AppManifests;
}

/** Templates, their versions and how they are rolled out; variables; the library of Dockerfiles. */
export const templating: Area<TemplatingDependencies> = {
  entities: [
    Template,
    TemplateVersion,
    TemplatePin,
    TemplateStage,
    TemplateRollout,
    TemplateRolloutApp,
    Variable,
    VariableValue,
  ],
  resolverClasses: [
    TemplateResolver,
    TemplateVersionResolver,
    TemplateImpactResolver,
    DockerfileResolver,
    AppTemplatesResolver,
    TemplatePinResolver,
    TemplateLinkResolver,
    TemplateRolloutResolver,
    TemplateRolloutStageResolver,
    TemplateRolloutAppResolver,
    VariableResolver,
    VariableValueResolver,
    HeldVariableResolver,
    AppVariablesResolver,
    NamespaceVariablesResolver,
  ],
  operations: (dependencies) => {
    const { fork, readModel, pubSub, mutations, clock, newId, cipher, policy } = dependencies;
    const { templates: effective, variables: effectiveVariables, appManifests } = dependencies;
    const templates = new TemplateReader(readModel, policy, effective, effectiveVariables);
    const templateService = new TemplateService(mutations, policy, effective, newId, clock);
    const previews = new TemplatePreviews(readModel, policy, effective, effectiveVariables, appManifests);
    const pins = new TemplatePinReader(readModel, policy);
    const pinService = new TemplatePinService(mutations, policy, effective, newId, clock);
    const rollouts = new TemplateRolloutReader(fork, readModel, policy, pubSub);
    const rolloutService = new TemplateRolloutService(mutations, policy, effective, newId, clock);
    const dockerfiles = new DockerfileLibrary(effective);
    const variables = new VariableReader(readModel, policy, effectiveVariables);
    const variableService = new VariableService(mutations, policy, cipher, newId);
    const valueService = new VariableValueService(mutations, policy, cipher, newId);
    return {
      resolvers: [
        new TemplateResolver(templateService, templates, previews),
        new TemplateVersionResolver(),
        new TemplateImpactResolver(),
        new DockerfileResolver(dockerfiles),
        new AppTemplatesResolver(templates),
        new TemplatePinResolver(pinService, pins),
        new TemplateLinkResolver(),
        new TemplateRolloutResolver(rolloutService, rollouts),
        new TemplateRolloutStageResolver(),
        new TemplateRolloutAppResolver(),
        new VariableResolver(variableService, valueService, variables),
        new VariableValueResolver(),
        new HeldVariableResolver(),
        new AppVariablesResolver(variables),
        new NamespaceVariablesResolver(variables),
      ],
      streamSources: [rollouts, new TemplateImpacts(readModel, policy, effective, appManifests)],
      nodes: {
        Template: ({ actor }, id) => templates.template(actor, id),
        TemplateVersion: ({ actor }, id) => templates.version(actor, id),
        Dockerfile: (_context, id) => dockerfiles.dockerfile(id),
        TemplatePin: ({ actor }, id) => pins.pin(actor, id),
        Publication: ({ actor }, id) => rollouts.publication(actor, id),
        Variable: ({ actor }, id) => variables.variable(actor, id),
        VariableValue: ({ actor }, id) => variables.value(actor, id),
      },
    };
  },
  work: ({ mutations, templates, appManifests, newId, clock }) => ({
    reconcilers: [
      new TemplateRolloutReconciler(
        mutations,
        new TemplateRolloutAdvance(templates, appManifests, clock),
        new TemplateRolloutRollback(newId, clock),
      ),
    ],
  }),
};
