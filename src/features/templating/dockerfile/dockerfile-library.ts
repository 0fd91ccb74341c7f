import { createHash } from "node:crypto";
import type { AppLanguage } from "../../../rendering/app-view.js";
import { libraryDockerfiles } from "../../../rendering/library-dockerfiles.js";
import { RenderingError } from "../../../rendering/rendering-error.js";
import { compileTemplate } from "../../../rendering/template.js";
import { idPrefixes } from "../../../kernel/ids.js";
import type { KeysetPage } from "../../foundation/read-model.js";
import type { TemplateSet } from "../template/template-set.js";
import type { EffectiveTemplates } from "../template/effective-templates.js";

/** A sample Dockerfile for one version of a language. */
export interface Dockerfile {
  readonly id: string;
  readonly name: string;
  readonly language: AppLanguage;
  readonly version: string;
  readonly description: string;
  readonly source: string;
}

/** The library of Dockerfiles: the output of the platform-wide templates for each version of a language. */
export class DockerfileLibrary {
  constructor(private readonly effective: EffectiveTemplates) {}

  /** In the order of their places. */
  async list(language: AppLanguage | null, { after, limit }: KeysetPage): Promise<Dockerfile[]> {
    const wanted = shown(language).filter((each) => after === undefined || placeOf(each) > after);
    const templates = await this.effective.forEveryone();
    return wanted.slice(0, limit).map((each) => this.render(templates, each));
  }

  count(language: AppLanguage | null): number {
    return shown(language).length;
  }

  async dockerfile(id: string): Promise<Dockerfile | null> {
    const wanted = shown(null).find((each) => idOf(each) === id);
    return wanted ? this.render(await this.effective.forEveryone(), wanted) : null;
  }

  private render(templates: TemplateSet, { language, version }: Shown): Dockerfile {
    const { template, name, description } = libraryDockerfiles[language];
    const id = idOf({ language, version });
    return {
      id,
      name: `${name} ${version}`,
      language,
      version,
      description,
      source: this.text(templates, template, version),
    };
  }

  private text(
    templates: TemplateSet,
    name: (typeof libraryDockerfiles)[AppLanguage]["template"],
    version: string,
  ): string {
    try {
      return templates.text(name, { version });
    } catch (error) {
      // A variable may lack a value for a while; the seed's output is better than an empty library.
      if (!(error instanceof RenderingError)) throw error;
      const seed = { name, language: "DOCKERFILE", source: this.effective.seed(name) } as const;
      return compileTemplate(seed).render({ version });
    }
  }
}

type Shown = Pick<Dockerfile, "language" | "version">;

function shown(language: AppLanguage | null): Shown[] {
  const languages = language ? [language] : (Object.keys(libraryDockerfiles) as AppLanguage[]);
  return languages
    .flatMap((each) => libraryDockerfiles[each].versions.map((version) => ({ language: each, version })))
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

/** The position of a Dockerfile in the library. */
export const placeOf = ({ language, version }: Shown): string => `${language} ${version}`;

/** A constant, because this object is not stored. */
const idOf = (each: Shown): string =>
  `${idPrefixes.Dockerfile}_${createHash("sha256").update(placeOf(each)).digest("hex").slice(0, 32)}`;
