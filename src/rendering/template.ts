import { dockerfileLanguage } from "./dockerfile.language.js";
import { evaluate } from "./evaluation.js";
import type { OutputLanguage } from "./output-language.js";
import { plainValue, type PlainValue } from "./plain-value.js";
import { notTooDeep, RenderingError } from "./rendering-error.js";
import { shellLanguage } from "./shell.language.js";
import { Skeleton } from "./skeleton.js";
import { parseSource, type TemplateSource } from "./template-source.js";
import { fieldsOf, type FieldUse } from "./template-fields.js";
import { textLanguage } from "./text.language.js";
import { htmlLanguage, xmlLanguage } from "./xml.language.js";
import { yamlLanguage } from "./yaml.language.js";

/** The language of a template's output, which decides how a value is written and where one may stand. */
export type LanguageName = "YAML" | "XML" | "SHELL" | "TEXT" | "HTML" | "DOCKERFILE";

const languages: Readonly<Record<LanguageName, OutputLanguage>> = {
  YAML: yamlLanguage,
  XML: xmlLanguage,
  SHELL: shellLanguage,
  TEXT: textLanguage,
  HTML: htmlLanguage,
  DOCKERFILE: dockerfileLanguage,
};

/** A template's source, and the name in its errors. */
export interface TemplateDefinition {
  readonly name: string;
  readonly language: LanguageName;
  readonly source: string;
}

/** A valid template; rendering it is pure, synchronous and bounded. */
export class CompiledTemplate {
  /** The fields of the view that the template uses, in order of appearance. */
  readonly fields: readonly FieldUse[];

  constructor(
    readonly name: string,
    readonly language: LanguageName,
    private readonly source: TemplateSource,
  ) {
    this.fields = fieldsOf(source);
  }

  /**
   * The output for this view. Throws a RenderingError for a missing field, or a value that the language cannot express.
   */
  render(view: unknown): string {
    const pieces = evaluate(this.source, this.plain(view));
    return notTooDeep(this.name, () => languages[this.language].write(new Skeleton(this.name, pieces)).text);
  }

  private plain(view: unknown): PlainValue {
    const known = typeof view === "object" && view !== null ? plainViews.get(view) : undefined;
    if (known !== undefined) return known;
    try {
      const plain = plainValue(view);
      if (typeof view === "object" && view !== null) plainViews.set(view, plain);
      return plain;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new RenderingError({ template: this.name, line: 1, column: 1 }, error.message, { cause: error });
    }
  }
}

/** Copies of views, because one view is rendered by many templates; a view never changes. */
const plainViews = new WeakMap<object, PlainValue>();

const compiled = new Map<string, CompiledTemplate>();
const maxCompiled = 256;

/** Compiles a template, once per definition. Throws a RenderingError at its first mistake. */
export function compileTemplate({ name, language, source }: TemplateDefinition): CompiledTemplate {
  const key = JSON.stringify([name, language, source]);
  const known = compiled.get(key);
  if (known) return known;
  const parsed = parseSource(name, source);
  languages[language].check(parsed);
  const template = new CompiledTemplate(name, language, parsed);
  if (compiled.size >= maxCompiled) compiled.delete(compiled.keys().next().value!);
  compiled.set(key, template);
  return template;
}
