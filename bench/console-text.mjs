import { createHash } from "node:crypto";

const words = [
  "compiling",
  "src/features/build/build.reconciler.ts",
  "ok",
  "[INFO]",
  "warning: unused import",
  "höher → weiter",
  "\u001b[32mpassed\u001b[0m",
  "0.3 s",
  "layer sha256:9f86d081884c",
  "日本語",
];

/**
 * A console of at least `bytes` bytes as Jenkins stores it, equal for equal seeds: lines of many lengths, colours, and
 * more than ASCII.
 */
export function consoleText(bytes, seed) {
  const pieces = [];
  let length = 0;
  let state = seed;
  const random = (below) => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) % below;
  for (let block = 0; length < bytes; block++) {
    let text = "";
    for (let line = 0; line < 1_000; line++) {
      text += `${block * 1_000 + line}`;
      for (let count = random(16); count >= 0; count--) text += ` ${words[random(words.length)]}`;
      text += "\n";
    }
    pieces.push(Buffer.from(text));
    length += pieces.at(-1).length;
  }
  return pieces;
}

export const sha256Of = (pieces) => {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
};
