import { SaxesParser } from "saxes";
import type { OutputLanguage } from "./output-language.js";
import { RenderingError } from "./rendering-error.js";
import { marksIn, type Layout, type Placed, type Skeleton } from "./skeleton.js";
import { refuseCharacters, scalarText } from "./text.language.js";
import { placeOf, type TemplateSource } from "./template-source.js";

interface Position {
  readonly element: string;
  /** The attribute that the value is part of; undefined in the text of an element. */
  readonly attribute?: string;
  /** Whether the attribute's value begins with it, so that it decides the scheme of a link. */
  readonly leads?: boolean;
}

/**
 * XML 1.0: a value is part of a text or of a quoted attribute value. Characters that XML cannot hold are refused, not
 * dropped.
 */
export const xmlLanguage: OutputLanguage = { check: checkTags, write: (skeleton) => writeMarkup(skeleton, "XML") };

/**
 * HTML in XML syntax (`<br/>`, one root element), so that it can be proven; without scripts, styles and unsafe links.
 */
export const htmlLanguage: OutputLanguage = {
  check: checkTags,
  write: (skeleton) => writeMarkup(skeleton, "HTML", refuseActiveContent),
};

type Check = (placed: Placed, text: string, position: Position) => void;

function writeMarkup(skeleton: Skeleton, language: string, check?: Check): Layout {
  const positions = positionsOf(skeleton, language);
  return skeleton.fill((placed, index) => {
    const position = positions.get(index);
    if (!position) throw new RenderingError(placed.place, `"${placed.path}" is misplaced: ${advice}.`);
    const text = scalarText(placed);
    refuseCharacters(placed, text, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u, language);
    check?.(placed, text, position);
    return position.attribute === undefined ? escaped(text, /[&<>\r]/g) : escaped(text, /[&<>"'\t\n\r]/g);
  });
}

const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

/** Line ends and tabs that a parser would normalise become character references, so that they are kept. */
const escaped = (text: string, special: RegExp): string =>
  text.replace(special, (character) => `&${names[character] ?? `#${character.charCodeAt(0)}`};`);

function positionsOf(skeleton: Skeleton, language: string): ReadonlyMap<number, Position> {
  const positions = new Map<number, Position>();
  const open: string[] = [];
  const parser = new SaxesParser({ xmlns: false });
  parser.on("error", (error) => {
    throw new RenderingError(
      skeleton.placeAt(parser.position - 1),
      `This is not well-formed ${language}: ${error.message}`,
    );
  });
  parser.on("opentag", ({ name, attributes }) => {
    open.push(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      marksIn(value).forEach((index, nth) => {
        positions.set(index, { element: name, attribute, leads: nth === 0 && value.startsWith("\ue000") });
      });
    }
  });
  parser.on("closetag", () => open.pop());
  parser.on("text", (text) => {
    for (const index of marksIn(text)) positions.set(index, { element: open.at(-1) ?? "" });
  });
  parser.write(skeleton.text).close();
  return positions;
}

function refuseActiveContent({ path, place }: Placed, text: string, { element, attribute, leads }: Position): void {
  const refuse = (problem: string): never => {
    throw new RenderingError(place, `"${path}" ${problem}.`);
  };
  if (/^(script|style|iframe|object|template|noscript)$/i.test(element)) refuse(`may not stand in <${element}>`);
  if (attribute === undefined) return;
  if (/^on|^style$|^srcdoc$|^http-equiv$/i.test(attribute)) refuse(`may not stand in the attribute ${attribute}`);
  const isLink = /^(href|src|action|formaction|xlink:href|poster|background|cite|data)$/i.test(attribute);
  if (isLink && leads && !/^(https?:\/\/|mailto:)/i.test(text))
    refuse("must be a link that begins with https://, http:// or mailto:");
}

const advice = `a value may only stand in an element's text or in a quoted attribute value`;

/** An early check of the source, so that an editor reports mistakes without a view; `positionsOf` is the proof. */
function checkTags({ name, text, slots }: TemplateSource): void {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  for (const { statement } of slots) {
    const { line, column } = statement.loc.start;
    const head = text.slice(0, lineStarts[line - 1]! + column).replace(/\{\{[^}]*\}\}/g, "");
    const inside = (start: string, end: string): boolean => head.lastIndexOf(start) > head.lastIndexOf(end);
    const isHidden = inside("<!--", "-->") || inside("<![CDATA[", "]]>") || inside("<?", "?>");
    const isBareInTag = inside("<", ">") && !/=\s*("[^"]*|'[^']*)$/.test(head.slice(head.lastIndexOf("<")));
    if (isHidden || isBareInTag) throw new RenderingError(placeOf(name, statement), `Misplaced: ${advice}.`);
  }
}
