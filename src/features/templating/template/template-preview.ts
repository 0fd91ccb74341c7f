import { RenderingError } from "../../../rendering/rendering-error.js";
import { hideSealed } from "../../../rendering/sealed-text.js";
import { sampleViews } from "../../../rendering/sample-views.js";
import { sampleVariables } from "../../../rendering/template-variables.js";
import { isOfApps, makesObject, templateKinds, type TemplateName } from "../../../rendering/template-kinds.js";
import type { Actor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import type { AppManifests } from "../../delivery/app/app-manifests.js";
import { App, AppRevision, scopeOf } from "../../delivery/app/app.entity.js";
import { Namespace } from "../../delivery/namespace/namespace.entity.js";
import type { ReadModel } from "../../foundation/read-model.js";
import type { EffectiveVariables } from "../variable/effective-variables.js";
import type { EffectiveTemplates } from "./effective-templates.js";

/** The output of a template, or its first error. */
export interface TemplatePreview {
  readonly output: string | null;
  readonly problem: { readonly message: string; readonly line: number; readonly column: number } | null;
}

/** Previews sources that are not saved. */
export class TemplatePreviews {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
    private readonly effective: EffectiveTemplates,
    private readonly variables: EffectiveVariables,
    private readonly manifests: AppManifests,
  ) {}

  /** The output of this source for an existing app or for sample data. Nothing is saved. */
  async preview(
    actor: Actor,
    { kind, source, appId, least }: { kind: TemplateName; source: string; appId?: string | null; least?: boolean },
  ): Promise<TemplatePreview> {
    this.policy.require(actor, "template:manage");
    try {
      const output = appId
        ? await this.ofApp(actor, kind, source, appId)
        : await this.ofSample(kind, source, least ?? false);
      return { output, problem: null };
    } catch (error) {
      if (!(error instanceof RenderingError)) throw error;
      const { line, column, template } = error.place;
      // Another template that renders the same app, not the edited one.
      if (template !== kind) throw error;
      return { output: null, problem: { message: error.problem, line, column } };
    }
  }

  private async ofSample(kind: TemplateName, source: string, least: boolean): Promise<string> {
    const declared = await this.variables.declared();
    const template = this.effective.accept(kind, source, declared);
    const sample = sampleViews[templateKinds[kind].view][least ? "least" : "full"];
    return hideSealed(template.render({ ...sample, variables: sampleVariables(declared, least) }));
  }

  private async ofApp(actor: Actor, kind: TemplateName, source: string, appId: string): Promise<string> {
    const app = await this.readModel.byId(App, appId);
    if (!app) throw new NotFound("app", appId);
    this.policy.require(actor, "namespace:read", scopeOf(app));
    if (!isOfApps(kind))
      throw new InvalidInput([
        { path: "app", message: "Nothing of an app is made by this kind of template yet. Leave it out." },
      ]);
    this.effective.accept(kind, source, await this.variables.declared());
    const [[namespace], [revision], [templates]] = await Promise.all([
      this.readModel.byIds(Namespace, [app.namespaceId]),
      this.readModel.byIds(AppRevision, [app.revisionId]),
      this.effective.ofApps([app]),
    ]);
    const renderer = this.manifests.by(templates!.with(kind, source));
    const { spec } = revision!;
    // An object must also be in the right namespace.
    if (makesObject(kind)) renderer.objects(kind, app, namespace!, spec);
    return hideSealed(renderer.text(kind, app, namespace!, spec));
  }
}
