import type { OutputLanguage } from "./output-language.js";
import { RenderingError } from "./rendering-error.js";
import { refuseCharacters, scalarText } from "./text.language.js";
import { placeOf, type TemplateSource } from "./template-source.js";

/**
 * POSIX shell. Values enter a script only through assignments at its head, `NAME={{value}}`, each as one single-quoted
 * word; the commands below use "$NAME". So no quote, heredoc or substitution can be open around a value: a rule that
 * can be proven line by line, and that a reviewer can see.
 */
export const shellLanguage: OutputLanguage = {
  check: checkHead,
  write: (skeleton) =>
    skeleton.fill((placed) => {
      const text = scalarText(placed);
      refuseCharacters(placed, text, /\0|\p{Cs}/u, "a shell word");
      return `'${text.replaceAll("'", `'\\''`)}'`;
    }),
};

const mustache = String.raw`\{\{(?![{&])[^{}]*\}\}`;
const headLine = new RegExp(
  [
    String.raw`^[ \t]*$`,
    String.raw`^[ \t]*#[^{]*$`,
    String.raw`^set -[a-z]+$`,
    String.raw`^[A-Za-z_][A-Za-z0-9_]*=([\w./:@-]*|${mustache})$`,
    String.raw`^[ \t]*(\{\{([#/^!]|else\b)[^{}]*\}\})[ \t]*$`,
  ].join("|"),
);

function checkHead({ name, text, slots }: TemplateSource): void {
  const lines = text.split(/\r?\n/);
  // A loop runs its last lines before its first ones again, so the head lasts until the outermost block ends.
  const headEnd = Math.max(0, ...slots.map(({ outermostEndLine }) => outermostEndLine));
  const wrong = lines.slice(0, headEnd).findIndex((line) => !headLine.test(line));
  if (wrong === -1) return;
  const slot = slots.find(({ statement }) => statement.loc.end.line >= wrong + 1) ?? slots.at(-1)!;
  throw new RenderingError(
    placeOf(name, slot.statement),
    `In a shell template a value may only stand as NAME={{value}}, on a line of its own and above every command; ` +
      `line ${wrong + 1} is neither such a line nor a comment, set -… or a block. Use "$NAME" in the commands.`,
  );
}
