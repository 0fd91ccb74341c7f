import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path/posix";
import { describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");

/** One `import … from` or `export … from` of a source file; paths are relative to `src/`. */
interface Import {
  readonly file: string;
  /** A file of ours, or a package's name. */
  readonly to: string;
  readonly ours: boolean;
  readonly typeOnly: boolean;
  readonly names: string;
}

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();
const text = (file: string): string => readFileSync(join(root, "src", file), "utf8");
const program = files.filter((file) => !file.endsWith(".test.ts"));
const imports = program.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const statements = text(file).matchAll(
    /^(?:import|export)\s+(type\s+)?([^"';]*?)\bfrom\s+"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/gm,
  );
  return [...statements].map(([, type, names = "", from, bare]) => {
    const to = (from ?? bare)!;
    const ours = to.startsWith(".");
    const words = /\{(.*)\}/s
      .exec(names)?.[1]
      ?.split(",")
      .filter((word) => word.trim() !== "");
    const typeOnly = type !== undefined || (words?.every((word) => /^\s*type\s/.test(word)) ?? false);
    return { file, to: ours ? join(dirname(file), to).replace(/\.js$/, ".ts") : to, ours, typeOnly, names };
  });
}

/** A folder of `src/`; main.ts lies there by itself. */
const room = (file: string): string =>
  file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
const rooms = [...new Set(files.filter((file) => file.includes("/")).map(room))];
const lines = (found: readonly Import[]): string[] => found.map(({ file, to }) => `${file} -> ${to}`);

/** The rooms that each room may reach into. Everything else is a wall. */
const foundations = ["work", "journal", "streams", "rendering", "upstreams"];
const doors: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  work: ["kernel"],
  journal: ["kernel"],
  streams: ["kernel"],
  rendering: ["kernel"],
  upstreams: ["kernel"],
  features: ["kernel", ...foundations],
  api: ["kernel", ...foundations, "features"],
  sandbox: [],
  demo: ["kernel", "sandbox"],
  config: [],
  compose: ["kernel", ...foundations, "features", "api", "config"],
  memory: [],
  main: ["compose", "config", "memory"],
};

describe("the rooms", () => {
  test("the reader of imports finds them", () => {
    expect(imports.length).toBeGreaterThan(500);
    expect(lines(imports)).toContain("main.ts -> compose/server.ts");
    expect(imports.filter(({ to, ours }) => ours && !existsSync(join(root, "src", to)))).toEqual([]);
  });

  test("every room has its doors written down", () => {
    expect([...new Set(program.map(room))].filter((name) => doors[name] === undefined)).toEqual([]);
  });

  test("nothing reaches through a wall", () => {
    const through = imports.filter(
      ({ file, to, ours }) => ours && room(to) !== room(file) && !doors[room(file)]?.includes(room(to)),
    );
    expect(lines(through)).toEqual([]);
  });

  test("the kernel does no I/O", () => {
    const outside = imports.filter(({ file, ours }) => room(file) === "kernel" && !ours).map(({ to }) => to);
    expect(new Set(outside)).toEqual(new Set(["node:crypto", "node:url", "uuid"]));
  });

  test("only compose names an adapter", () => {
    const named = imports.filter(
      ({ file, to }) => /^upstreams\/[^/]+\//.test(to) && room(file) !== "upstreams" && room(file) !== "compose",
    );
    expect(lines(named)).toEqual([]);
  });

  test("an adapter knows its own product alone, and a port no adapter", () => {
    const folder = (file: string): string | undefined => /^upstreams\/([^/]+)\//.exec(file)?.[1];
    const crossed = imports.filter(
      ({ file, to }) => room(file) === "upstreams" && folder(to) !== undefined && folder(to) !== folder(file),
    );
    expect(lines(crossed)).toEqual([]);
  });

  test.each([...rooms.map((name) => `src/${name}`), "db", "schema", "templates"])(
    "%s has a README of at most 30 lines",
    (folder) => {
      const readme = join(root, folder, "README.md");
      expect(existsSync(readme)).toBe(true);
      expect(readFileSync(readme, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(30);
    },
  );
});

describe("the features", () => {
  const of = (suffix: string): Import[] => imports.filter(({ file }) => file.endsWith(`.${suffix}.ts`));

  test("a service is imported from its own folder, and by the edges that compose it", () => {
    const borrowed = imports.filter(
      ({ file, to, typeOnly }) =>
        to.endsWith(".service.ts") &&
        dirname(to) !== dirname(file) &&
        room(file) !== "compose" &&
        !(typeOnly && room(file) === "api"),
    );
    expect(lines(borrowed)).toEqual([]);
  });

  test("a resolver touches no entity manager, no port and no queue", () => {
    const ports = /\b(?:Cluster|BuildServer|SourceHost|ConfigStore|AlertFeed|Metrics|Mail)\b/;
    const touched = of("resolver").filter(
      ({ to, typeOnly, names }) =>
        to.startsWith("@mikro-orm/") ||
        (["work", "journal"].includes(room(to)) && !typeOnly) ||
        (room(to) === "upstreams" && (!typeOnly || ports.test(names))),
    );
    expect(lines(touched)).toEqual([]);
  });

  test("a reconciler, a service and an entity know nothing of GraphQL", () => {
    const known = ["reconciler", "service", "entity", "rules"]
      .flatMap(of)
      .filter(
        ({ to }) =>
          /^(?:type-graphql|graphql|@apollo\/)/.test(to) ||
          to === "features/foundation/graphql.ts" ||
          /\.(?:resolver|type)\.ts$/.test(to),
      );
    expect(lines(known)).toEqual([]);
  });
});

describe("the files", () => {
  test.each(files.filter((file) => text(file).trimEnd().split("\n").length > 200))(
    "%s has at most 250 lines",
    (file) => {
      expect(text(file).trimEnd().split("\n").length).toBeLessThanOrEqual(250);
    },
  );

  test("the environment is read at the start, and beside the server by the demo and the sandbox", () => {
    const readers = program.filter((file) => text(file).includes("process.env"));
    expect(readers.filter((file) => !["demo", "sandbox"].includes(room(file)))).toEqual(["main.ts"]);
  });

  test("names are kebab-case, and none says nothing", () => {
    const name = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?(?:\.test)?\.ts$/;
    expect(files.filter((file) => !name.test(basename(file)))).toEqual([]);
    const empty = /(?:^|[/.-])(?:utils?|helpers?|common|misc|manager|handler)(?:[/.-]|$)/;
    expect(files.filter((file) => empty.test(file))).toEqual([]);
  });

  test("exports are named, and where they are written", () => {
    const offences = program.filter((file) => /^export (?:default|\*)/m.test(text(file)));
    expect(offences).toEqual([]);
  });
});
