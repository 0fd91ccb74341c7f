import type { OutputLanguage } from "./output-language.js";
import { RenderingError } from "./rendering-error.js";
import type { Layout } from "./skeleton.js";
import { scalarText } from "./text.language.js";

const instructions = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);
const heredoc = /<<-?(["']?)([A-Za-z_][A-Za-z0-9_]*)\1/g;

/**
 * Dockerfiles: a value is a tag, a port or a name, of letters, digits and `. _ -`, so that it cannot end a word
 * wherever it stands. The output must begin with FROM and have only known instructions.
 */
export const dockerfileLanguage: OutputLanguage = {
  check: () => undefined,
  write(skeleton) {
    const output = skeleton.fill((placed) => {
      const text = scalarText(placed);
      if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)) return text;
      throw new RenderingError(
        placed.place,
        `In a Dockerfile "${placed.path}" must be of letters, digits and . _ - alone.`,
      );
    });
    checkInstructions(output);
    return output;
  },
};

function checkInstructions(output: Layout): void {
  const refuse = (offset: number, problem: string): never => {
    throw new RenderingError(output.placeAt(offset), `This is not a Dockerfile: ${problem}`);
  };
  let isFirst = true;
  let continues = false;
  let ends: string[] = [];
  let offset = 0;
  for (const line of output.text.split("\n")) {
    const start = offset;
    offset += line.length + 1;
    if (ends.length > 0) {
      if (line.trim() === ends[0]) ends = ends.slice(1);
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const instruction = /^\s*(\S+)/.exec(line)![1]!.toUpperCase();
    if (!continues) {
      if (!instructions.has(instruction)) refuse(start, `there is no instruction ${instruction}.`);
      if (isFirst && instruction !== "FROM" && instruction !== "ARG")
        refuse(start, "it must begin with FROM, or with ARG before it.");
      isFirst &&= instruction !== "FROM";
    }
    continues = /\\\s*$/.test(line);
    if (!continues) ends = [...line.matchAll(heredoc)].map(([, , end]) => end!);
  }
  if (isFirst) refuse(0, "it has no FROM.");
}
