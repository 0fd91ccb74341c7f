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
  type Placement,
} from "../template-source/effective-sources.js";
import { templateLinks, type AppPlace } from "../template-source/template-links.js";
import { TemplateSet, type Definitions } from "./template-set.js";
import { TemplateVersion, type Template } from "../template-source/template.entity.js";

/** The place that templates are looked up for: an app, or a namespace itself. */
export interface TemplatePlace {
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
  async of(em: SqlEntityManager, place: TemplatePlace): Promise<TemplateSet> {
    return this.at(place, await this.inForce(em, place), await this.variables.of(em, place));
  }

  /** The effective templates for everyone, without narrower ones. */
  async forEveryone(): Promise<TemplateSet> {
    const nowhere = { namespaceId: "" };
    const [published, [variables]] = await Promise.all([this.published([]), this.variables.ofPlaces([nowhere])]);
    return this.at(nowhere, published, variables!);
  }

  /** For several apps, in as many statements as for one. */
  async ofApps(apps: readonly AppPlace[]): Promise<TemplateSet[]> {
    const places = apps.map(placeOf);
    const [published, variables] = await Promise.all([this.published(apps), this.variables.ofPlaces(places)]);
    return places.map((place, index) => this.at(place, published, variables[index]!));
  }

  /** The templates as they would be if each of these sources of a platform template were effective, or none. */
  async withSources(
    em: SqlEntityManager,
    place: TemplatePlace,
    { id, kind }: Pick<Template, "id" | "kind">,
    sources: readonly (string | null)[],
  ): Promise<TemplateSet[]> {
    const [inForce, variables] = [await this.inForce(em, place), await this.variables.of(em, place)];
    const others = inForce.filter((each) => each.templateId !== id || each.as === "PIN");
    const of = (source: string) => ({ kind, namespaceId: null, appId: null, as: "TEMPLATE" as const, source });
    return sources.map((source) => this.at(place, source === null ? others : [...others, of(source)], variables));
  }

  /** For several apps: the effective templates, and those after this draft is published. */
  async diff(
    apps: readonly AppPlace[],
    draft: PlacedSource,
  ): Promise<{ readonly without: TemplateSet; readonly including: TemplateSet }[]> {
    const places = apps.map(placeOf);
    const [published, variables] = await Promise.all([this.published(apps), this.variables.ofPlaces(places)]);
    const withDraft = [
      ...published.filter((each) => !isOfSamePlace(each, draft)),
      { ...draft, as: "TEMPLATE" as const },
    ];
    return places.map((place, index) => ({
      without: this.at(place, published, variables[index]!),
      including: this.at(place, withDraft, variables[index]!),
    }));
  }

  private inForce(em: SqlEntityManager, { namespaceId, appId }: TemplatePlace): Promise<EffectiveSource[]> {
    return em.execute<EffectiveSource[]>(
      `select * from (${effectiveSql}) found where ("namespaceId" is null or "namespaceId" = ?) and ("appId" is null or "appId" = ?)`,
      [namespaceId, appId ?? null],
    );
  }

  private async published(apps: readonly AppPlace[]): Promise<Source[]> {
    const links = await templateLinks(this.readModel, apps);
    const versions = await this.readModel.byIds(TemplateVersion, [...new Set(links.map(({ versionId }) => versionId))]);
    const sources = new Map(versions.map(({ id, source }) => [id, source]));
    return links.map(({ versionId, ...link }) => ({ ...link, source: sources.get(versionId)! }));
  }

  private at(place: TemplatePlace, published: readonly Source[], variables: VariableSet): TemplateSet {
    // Another version of the platform may have stored kinds that this one does not know.
    const known = published.filter(({ kind }) => Object.hasOwn(this.seeds, kind));
    const definitions = narrowestFirst(known, place)
      .reverse()
      .map(({ kind, source }) => [kind, { ...this.seeds[kind], source }] as const);
    return new TemplateSet({ ...this.seeds, ...Object.fromEntries(definitions) }, variables, this.rules);
  }
}

/** A source with the place where it is or would be effective. */
export type PlacedSource = Pick<Template, "kind" | "namespaceId" | "appId"> & Pick<TemplateVersion, "source">;

type Source = Placement & PlacedSource;

const placeOf = ({ id, namespaceId }: AppPlace): TemplatePlace => ({ namespaceId, appId: id });

const isOfSamePlace = (one: Source, other: PlacedSource): boolean =>
  one.as === "TEMPLATE" &&
  one.kind === other.kind &&
  one.namespaceId === other.namespaceId &&
  one.appId === other.appId;
