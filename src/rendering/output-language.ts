import type { Layout, Skeleton } from "./skeleton.js";
import type { TemplateSource } from "./template-source.js";

/** How values become part of a text in one language. Both throw a RenderingError with the slot's place. */
export interface OutputLanguage {
  /** Refuses a template with a value where no value can be written; what the source alone can show. */
  check(source: TemplateSource): void;
  /** Proves that each value stands where one may stand, and writes it as a correct scalar of the language. */
  write(skeleton: Skeleton): Layout;
}
