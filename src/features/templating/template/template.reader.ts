import { sql } from "kysely";
import { structuredPatch, type StructuredPatchHunk } from "diff";
import { viewSchema } from "../../../rendering/accept-template.js";
import type { TemplateName } from "../../../rendering/template-kinds.js";
import type { Actor } from "../../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../../kernel/errors.js";
import type { Policy } from "../../identity/access/policy.js";
import { templatesOf } from "../../delivery/app/app-manifests.js";
import { App, AppRevision } from "../../delivery/app/app.entity.js";
import type { ReadModel, KeysetPage } from "../../foundation/read-model.js";
import { ifGiven, inNamespacesOrNone, ofNamespacesOrNone, oneOf, type Filter } from "../../foundation/filter.js";
import type { EffectiveVariables } from "../variable/effective-variables.js";
import { Template, TemplateVersion, type TemplateLevel } from "../template-source/template.entity.js";
import { effectiveLevel, narrowestFirst } from "../template-source/effective-sources.js";
import { templateLinks } from "../template-source/template-links.js";
import type { TemplatePin } from "../template-source/template-pin.entity.js";
import type { EffectiveTemplates } from "./effective-templates.js";

export interface TemplateFilter {
  readonly kinds?: readonly TemplateName[] | null;
  readonly namespaceId?: string | null;
  readonly appId?: string | null;
  readonly archived?: boolean | null;
}

/** One level from which a template of a kind may come; the seed has no template. */
export interface TemplateLink {
  readonly level: TemplateLevel;
  readonly templateId: string | null;
  readonly versionId: string | null;
  readonly pin: TemplatePin | null;
}

const seedLink: TemplateLink = { level: "SEED", templateId: null, versionId: null, pin: null };

/** A kind of template that renders an app, and its levels: the first link is effective. */
export interface AppTemplate {
  readonly kind: TemplateName;
  readonly chain: readonly TemplateLink[];
}

/** Finds templates and their versions for those who may see them. */
export class TemplateReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly policy: Policy,
    private readonly effective: EffectiveTemplates,
    private readonly variables: EffectiveVariables,
  ) {}

  async template(actor: Actor, id: string): Promise<Template | null> {
    return this.readModel.one(Template, (all) => all.where("id", "=", id).$call(this.visible(actor)));
  }

  async templates(actor: Actor, filter: TemplateFilter, slice: KeysetPage): Promise<Template[]> {
    return this.readModel.newest(Template, this.filter(actor, filter), slice);
  }

  async countTemplates(actor: Actor, filter: TemplateFilter): Promise<number> {
    return this.readModel.count(Template, this.filter(actor, filter));
  }

  async version(actor: Actor, id: string): Promise<TemplateVersion | null> {
    return this.readModel.one(TemplateVersion, (all) => all.where("id", "=", id).$call(this.ofVisible(actor)));
  }

  async versions(actor: Actor, templateId: string, slice: KeysetPage): Promise<TemplateVersion[]> {
    return this.readModel.newest(TemplateVersion, this.versionsOf(actor, templateId), slice);
  }

  async countVersions(actor: Actor, templateId: string): Promise<number> {
    return this.readModel.count(TemplateVersion, this.versionsOf(actor, templateId));
  }

  /** The differences between two versions of a template; 0 is the seed. */
  async compare(actor: Actor, templateId: string, from: number, to: number): Promise<StructuredPatchHunk[]> {
    const template = await this.template(actor, templateId);
    if (!template) throw new NotFound("template", templateId);
    const source = async (number: number, path: string): Promise<string> => {
      if (number === 0) return this.effective.seed(template.kind);
      const version = await this.readModel.one(TemplateVersion, (all) =>
        all.where("templateId", "=", templateId).where("number", "=", number),
      );
      if (version) return version.source;
      throw new InvalidInput([{ path, message: `Give a number from 0 to ${template.lastVersionNumber}.` }]);
    };
    const [before, after] = await Promise.all([source(from, "from"), source(to, "to")]);
    return structuredPatch("", "", before, after).hunks;
  }

  /** The JSON Schema of the input of each of these kinds. */
  async views(kinds: readonly TemplateName[]): Promise<Record<string, unknown>[]> {
    const declared = await this.variables.declared();
    return kinds.map((kind) => viewSchema(kind, declared));
  }

  /** The seed of this kind. */
  seed(kind: TemplateName): string {
    return this.effective.seed(kind);
  }

  /** The levels of the templates of each app. */
  async ofApps(appIds: readonly string[]): Promise<Map<string, AppTemplate[]>> {
    const apps = await this.readModel.byIds(App, appIds);
    const [links, revisions] = await Promise.all([
      templateLinks(this.readModel, apps),
      this.readModel.byIds(
        AppRevision,
        apps.map(({ revisionId }) => revisionId),
      ),
    ]);
    const specs = new Map(revisions.map(({ id, spec }) => [id, spec]));
    return new Map(
      apps.map(({ id, namespaceId, revisionId }) => {
        const own = narrowestFirst(links, { namespaceId, appId: id });
        const chain = (kind: TemplateName): TemplateLink[] => [
          ...own.filter((each) => each.kind === kind).map((link) => ({ ...link, level: effectiveLevel(link) })),
          seedLink,
        ];
        return [id, templatesOf(specs.get(revisionId)!).map((kind) => ({ kind, chain: chain(kind) }))];
      }),
    );
  }

  private filter(actor: Actor, { kinds, namespaceId, appId, archived }: TemplateFilter): Filter<Template> {
    return (all) => {
      const templates = all
        .$call(this.visible(actor))
        .$call(ifGiven("namespaceId", namespaceId))
        .$call(ifGiven("appId", appId))
        .$call(oneOf("kind", kinds && kinds.length > 0 ? kinds : "ALL"));
      return archived === true ? templates : templates.where("archivedAt", "is", null);
    };
  }

  private visible(actor: Actor): Filter<Template> {
    return inNamespacesOrNone(this.policy.visibleNamespaces(actor));
  }

  private versionsOf(actor: Actor, templateId: string): Filter<TemplateVersion> {
    return (all) => all.where("templateId", "=", templateId).$call(this.ofVisible(actor));
  }

  private ofVisible(actor: Actor): Filter<TemplateVersion> {
    const namespaces = this.policy.visibleNamespaces(actor);
    if (namespaces === "ALL") return (all) => all;
    const ids = sql`select id from template where ${ofNamespacesOrNone(namespaces)}`;
    return (all) => all.where(sql<boolean>`template_id in (${ids})`);
  }
}
