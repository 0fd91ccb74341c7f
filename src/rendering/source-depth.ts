/** The limit of nested blocks, and of nested functions; each `else if` counts as one more. The seeds have six. */
const maxDepth = 64;

export const tooDeep = `Blocks and functions lie more than ${maxDepth} deep in each other; each else if counts.`;

/**
 * Where a source exceeds the limit of nesting, if it does. Checked before parsing, because Handlebars' time grows with
 * the square of the depth: minutes for 12,000 blocks. Braces that are no tag, as in a comment, are not counted.
 */
export function tooDeepAt(text: string): number | undefined {
  /** The levels of each open block: one, and one more for each `else if`. */
  const open: number[] = [];
  let depth = 0;
  for (let at = text.indexOf("{{"); at !== -1; at = text.indexOf("{{", at)) {
    const isLong = text.startsWith("{{!--", at);
    const end = text.indexOf(isLong ? "--}}" : "}}", at + 2);
    if (end === -1) return undefined;
    const tag = text.slice(at + 2, end);
    if (text[at - 1] !== "\\" && !tag.startsWith("!")) {
      if (/^~?[#^]\s*\S/.test(tag)) {
        open.push(1);
        depth++;
      } else if (/^~?\s*else\s+\S/.test(tag) && open.length > 0) {
        open[open.length - 1]!++;
        depth++;
      } else if (/^~?\//.test(tag)) depth -= open.pop() ?? 0;
      if (depth > maxDepth || callDepth(tag) > maxDepth) return at;
    }
    at = end + 2;
  }
  return undefined;
}

/** The nesting of functions in a tag. */
function callDepth(tag: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of tag) {
    if (character === "(") deepest = Math.max(deepest, ++depth);
    else if (character === ")") depth--;
  }
  return deepest;
}
