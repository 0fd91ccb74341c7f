import * as fc from "fast-check";

/** What has meaning in YAML, XML, a shell, Handlebars, or in our own marks. */
const fragments = [
  ..."\"'`\\$&<>#:-?!|*@%{}[],;=~()\n\r\t\0 ".split(""),
  ": ", " #", "- ", "\n- x", "\nkey: v", "---\n", "...\n", "\n  ", "\r\n", "|\n", "!!int ", "&a ", "*a", "<<", "%YAML 1.1\n",
  "yes", "no", "null", "012", "0x1F", "1e3", ".inf", "2026-01-01", "true", "__proto__", "constructor",
  "]]>", "-->", "<!--", "</name>", "<x/>", "&amp;", "&#10;", "<?", "\" onx=\"",
  "$(touch x)", "`id`", "${IFS}", "; exit 3", "'\\''", "\\\n", "<<END\n", "\nEND\n", "&& false", "> /tmp/x",
  "{{", "}}", "{{{x}}}", "{{/if}}", "\ue0000\ue001", "\ue0001\ue001", "\ue000", "\ue001",
  "\u0085", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff", "\u007f", "\u0007", "\u001b[31m", "\ud800", "\udc00", "😀", "é", "漢",
]; // prettier-ignore

/** Texts that mean harm: arbitrary code points, and mixtures of everything that has meaning somewhere. */
export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...fragments), { maxLength: 12 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(...fragments),
);

/** Those of them that a well-formed XML 1.0 document can hold. */
export const hostileXmlText = hostileText.map((text) =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?"),
);

/** Those of them that can be a shell word. */
export const hostileWord = hostileText.map((text) => text.replace(/[\0\p{Cs}]/gu, "?"));
