import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { acceptTemplate } from "../../../rendering/accept-template.js";
import { strictRules, type RenderingRules } from "../../../rendering/allowed-objects.js";
import type { TemplateName } from "../../../rendering/template-kinds.js";
import type { DeclaredVariable } from "../../../rendering/template-variables.js";
import type { CompiledTemplate } from "../../../rendering/template.js";
import type { ReadModel } from "../../foundation/read-model.js";
import type { VariableSet, EffectiveVariables } from "../variable/effective-variables.js";
import {
  effectiveSql,
  narrowestFirst,
  type EffectiveSource,
  type EffectiveScope,
} from "../template-source/effective-sources.js";
import { templateLinks, type AppScope } from "../template-source/template-links.js";
import { TemplateSet, type Definitions } from "./template-set.js";
import { TemplateVersion, type Template } from "../template-source/template.entity.js";

/** The scope that templates are looked up for: an app, or a namespace itself. */
export interface TemplateScope {
  readonly namespaceId: string;
  readonly appId?: string;
}

/** Finds the effective templates: an app's own before its namespace's, that before the platform's, and the seeds for the rest. */
export class EffectiveTemplates {
  constructor(
    private readonly seeds: Definitions,
    private readonly readModel: ReadModel,
    private readonly variables: EffectiveVariables,
    private readonly rules: RenderingRules = strictRules,
  ) {}

  /** Compiles a source that may be published; throws a RenderingError at its first mistake. */
  accept(name: TemplateName, source: string, declared: readonly DeclaredVariable[]): CompiledTemplate {
    return acceptTemplate(name, source, declared, this.rules);
  }

  /** The seed of this kind. */
  seed(name: TemplateName): string {
    return this.seeds[name].source;
  }

  /** The effective templates as the transaction sees them. */
  async of(em: SqlEntityManager, scope: TemplateScope): Promise<TemplateSet> {
    return this.at(scope, await this.effective(em, scope), await this.variables.of(em, scope));
  }

  /** The effective templates for everyone, without narrower ones. */
  async forEveryone(): Promise<TemplateSet> {
    const nowhere = { namespaceId: "" };
    const [published, [variables]] = await Promise.all([this.published([]), this.variables.ofScopes([nowhere])]);
    return this.at(nowhere, published, variables!);
  }

  /** For several apps, in as many statements as for one. */
  async ofApps(apps: readonly AppScope[]): Promise<TemplateSet[]> {
    const scopes = apps.map(scopeOf);
    const [published, variables] = await Promise.all([this.published(apps), this.variables.ofScopes(scopes)]);
    return scopes.map((scope, index) => this.at(scope, published, variables[index]!));
  }

  /** The templates as they would be if each of these sources of a platform template were effective, or none. */
  async withSources(
    em: SqlEntityManager,
    scope: TemplateScope,
    { id, kind }: Pick<Template, "id" | "kind">,
    sources: readonly (string | null)[],
  ): Promise<TemplateSet[]> {
    const [effective, variables] = [await this.effective(em, scope), await this.variables.of(em, scope)];
    const others = effective.filter((each) => each.templateId !== id || each.as === "PIN");
    const of = (source: string) => ({ kind, namespaceId: null, appId: null, as: "TEMPLATE" as const, source });
    return sources.map((source) => this.at(scope, source === null ? others : [...others, of(source)], variables));
  }

  /** For several apps: the effective templates, and those after this draft is published. */
  async diff(
    apps: readonly AppScope[],
    draft: ScopedSource,
  ): Promise<{ readonly without: TemplateSet; readonly including: TemplateSet }[]> {
    const scopes = apps.map(scopeOf);
    const [published, variables] = await Promise.all([this.published(apps), this.variables.ofScopes(scopes)]);
    const withDraft = [
      ...published.filter((each) => !hasSameScope(each, draft)),
      { ...draft, as: "TEMPLATE" as const },
    ];
    return scopes.map((scope, index) => ({
      without: this.at(scope, published, variables[index]!),
      including: this.at(scope, withDraft, variables[index]!),
    }));
  }

  private effective(em: SqlEntityManager, { namespaceId, appId }: TemplateScope): Promise<EffectiveSource[]> {
    return em.execute<EffectiveSource[]>(
      `select * from (${effectiveSql}) found where ("namespaceId" is null or "namespaceId" = ?) and ("appId" is null or "appId" = ?)`,
      [namespaceId, appId ?? null],
    );
  }

  private async published(apps: readonly AppScope[]): Promise<Source[]> {
    const links = await templateLinks(this.readModel, apps);
    const versions = await this.readModel.byIds(TemplateVersion, [...new Set(links.map(({ versionId }) => versionId))]);
    const sources = new Map(versions.map(({ id, source }) => [id, source]));
    return links.map(({ versionId, ...link }) => ({ ...link, source: sources.get(versionId)! }));
  }

  private at(scope: TemplateScope, published: readonly Source[], variables: VariableSet): TemplateSet {
    // Another version of the platform may have stored kinds that this one does not know.
    const known = published.filter(({ kind }) => Object.hasOwn(this.seeds, kind));
    const definitions = narrowestFirst(known, scope)
      .reverse()
      .map(({ kind, source }) => [kind, { ...this.seeds[kind], source }] as const);
    return new TemplateSet({ ...this.seeds, ...Object.fromEntries(definitions) }, variables, this.rules);
  }
}

/** A source with the scope where it is or would be effective. */
export type ScopedSource = Pick<Template, "kind" | "namespaceId" | "appId"> & Pick<TemplateVersion, "source">;

type Source = EffectiveScope & ScopedSource;

const scopeOf = ({ id, namespaceId }: AppScope): TemplateScope => ({ namespaceId, appId: id });

const hasSameScope = (one: Source, other: ScopedSource): boolean =>
  one.as === "TEMPLATE" &&
  one.kind === other.kind &&
  one.namespaceId === other.namespaceId &&
  one.appId === other.appId;
