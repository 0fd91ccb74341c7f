import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An element with either children or text, as configurations have them. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  processEntities: false,
});

type Node = Record<string, unknown> & { readonly ":@"?: Record<string, string> };

/** The root element; undefined when the text is not well-formed. */
export function parseXml(text: string): XmlElement | undefined {
  if (XMLValidator.validate(text) !== true) return undefined;
  const root = (parser.parse(text) as Node[]).find((node) => !("#text" in node));
  return root && element(root);
}

function element(node: Node): XmlElement {
  const name = Object.keys(node).find((key) => key !== ":@")!;
  const inside = node[name] as Node[];
  const children = inside.filter((child) => !("#text" in child)).map(element);
  const text = inside.map((child) => ("#text" in child ? decoded(String(child["#text"])) : "")).join("");
  const attributes = Object.entries(node[":@"] ?? {}).map(([key, value]) => [key, decoded(value)]);
  return { name, attributes: Object.fromEntries(attributes), children, text: children.length > 0 ? "" : text };
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Resolves references, all in one pass, so that `&amp;lt;` stays `&lt;`. */
function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? all;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

/** Prints as Jenkins writes its files: XML 1.1, two spaces, carriage returns as references. */
export function printXml(root: XmlElement): string {
  return `<?xml version="1.1" encoding="UTF-8"?>\n${print(root, "")}`;
}

function print({ name, attributes, children, text }: XmlElement, indent: string): string {
  const open = `${indent}<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${encoded(value).replaceAll('"', "&quot;")}"`)
    .join("")}`;
  if (children.length > 0) {
    return `${open}>\n${children.map((child) => print(child, `${indent}  `)).join("\n")}\n${indent}</${name}>`;
  }
  return text === "" ? `${open}/>` : `${open}>${encoded(text)}</${name}>`;
}

function encoded(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#xd;");
}

/** The child at the end of a path of names. */
export function childAt(from: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), from);
}

/** The text of the child at the end of a path of names, or "". */
export function textAt(from: XmlElement | undefined, ...path: string[]): string {
  return childAt(from, ...path)?.text ?? "";
}
