import type { Layout, Skeleton } from "./skeleton.js";
import type { TemplateSource } from "./template-source.js";

/** How values are written in one language. Both methods throw a RenderingError with the place of the value. */
export interface OutputLanguage {
  /** Checks, from the source alone, that each value is where a value can be written. */
  check(source: TemplateSource): void;
  /** Proves that each value stands where one may stand, and writes it as a correct scalar of the language. */
  write(skeleton: Skeleton): Layout;
}
