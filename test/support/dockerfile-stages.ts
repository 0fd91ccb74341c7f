import { DockerfileParser, type Copy, type Instruction, type JSONInstruction } from "dockerfile-ast";

/** One `FROM` of a Dockerfile and what follows it. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  /** The last working directory. */
  folder: string;
  readonly copies: { readonly from: string | undefined; readonly sources: readonly string[] }[];
  readonly runs: string[];
  readonly environment: Record<string, string>;
  readonly ports: string[];
  user: string;
  healthcheck: string;
  command: readonly string[];
}

const words = (instruction: Instruction): string[] => instruction.getArguments().map((word) => word.getValue());

/** Reads a Dockerfile into its stages; an instruction that it does not know is an error. */
export function dockerfileStages(text: string): readonly Stage[] {
  const file = DockerfileParser.parse(text);
  const stages = file.getFROMs().map((from): Stage & { readonly line: number } => ({
    line: from.getRange().start.line,
    image: from.getImage() ?? "",
    name: from.getBuildStage() ?? undefined,
    folder: "/",
    copies: [],
    runs: [],
    environment: {},
    ports: [],
    user: "root",
    healthcheck: "",
    command: [],
  }));
  for (const instruction of file.getInstructions()) {
    const stage = stages.findLast(({ line }) => line <= instruction.getRange().start.line);
    if (!stage) throw new Error(`${instruction.getKeyword()} comes before the first FROM.`);
    note(stage, instruction);
  }
  return stages;
}

function note(stage: Stage, instruction: Instruction): void {
  const given = words(instruction);
  switch (instruction.getKeyword()) {
    case "FROM":
      return;
    case "WORKDIR":
      stage.folder = given[0]!;
      return;
    case "COPY":
      stage.copies.push({
        from:
          (instruction as Copy)
            .getFlags()
            .find((flag) => flag.getName() === "from")
            ?.getValue() ?? undefined,
        sources: given.filter((word) => !word.startsWith("--")).slice(0, -1),
      });
      return;
    case "RUN":
      stage.runs.push(given.join(" "));
      return;
    case "ENV":
      for (const [name, value] of given.map((word) => word.split("="))) stage.environment[name!] = value!;
      return;
    case "EXPOSE":
      stage.ports.push(...given);
      return;
    case "USER":
      stage.user = given[0]!;
      return;
    case "HEALTHCHECK":
      stage.healthcheck = given.join(" ");
      return;
    case "ENTRYPOINT":
    case "CMD":
      stage.command = (instruction as JSONInstruction).getJSONStrings().map((word) => word.getJSONValue());
      return;
    default:
      throw new Error(`${instruction.getKeyword()} is not read here yet.`);
  }
}
