import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { expect, test } from "@jest/globals";

const source = join(import.meta.dirname, "..", "src");
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .sort();
const files = filesIn(source);
const text = (file: string): string => readFileSync(join(source, file), "utf8");
/** Those of the tests, by their paths from `src`; but this one names the words. */
const tests = filesIn(import.meta.dirname)
  .map((file) => `../test/${file}`)
  .filter((file) => join(source, file) !== import.meta.filename);

/** Words that the code gave up, each with what it says instead (GLOSSARY.md). */
const givenUp: Readonly<Record<string, string>> = {
  beat: "heartbeat",
  bill: "charge",
  budgets: "rate limiter",
  dear: "expensive",
  dismissal: "close reason",
  excess: "limit violation",
  excesses: "limit violations",
  foresaid: "dry run result",
  foresee: "preview",
  foreseen: "dry run result",
  foresight: "dry run",
  ground: "dependencies",
  guest: "connection",
  guests: "connections",
  happening: "journal event",
  happenings: "journal events",
  heart: "heartbeat",
  house: "server",
  leftovers: "orphaned defaults",
  mailbox: "conflating queue",
  mortal: "server process",
  nudge: "notify",
  nudges: "notifications",
  patience: "timeout",
  payer: "rate limit key",
  pump: "poll",
  purse: "token bucket",
  room: "what is left of a limit",
  seal: "encrypt, or secret cipher",
  seat: "connection authentication, or binding",
  seats: "connection authentication",
  sight: "snapshot",
  sights: "snapshots",
  supposing: "render as",
  surroundings: "cluster context",
  taker: "observer",
  trouble: "condition, or failure",
  verdict: "status, or outcome",
};

/** The parts of names: `leaseOf`, `LeaseTable` and `lease-table.ts` all have the part `lease`. */
const partsOf = (name: string): string[] =>
  name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).map((part) => part.toLowerCase());

/** The identifiers of a program: what is left of it without comments, texts and patterns. */
const identifiersOf = (program: string): string[] =>
  program
    .replace(/\/\*[\s\S]*?\*\/|(?<![:"'`\\])\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, " ")
    .match(/[A-Za-z_$][\w$]*/g) ?? [];

/** Programs of their own: no file of one imports another, so each has the words of what it is about. */
const programOf = (file: string): string =>
  /^(?:sandbox\/[a-z]+|demo|api\/graphiql\/page)\//.exec(file)?.[0] ?? "the server";

test("no two exported types of a program have one name", () => {
  const places = new Map<string, Set<string>>();
  for (const file of files) {
    for (const [, name] of text(file).matchAll(/^export (?:abstract )?(?:class|interface|type|enum) (\w+)/gm)) {
      const key = `${name} in ${programOf(file)}`;
      places.set(key, (places.get(key) ?? new Set()).add(file));
    }
  }
  expect(places.size).toBeGreaterThan(300);
  expect([...places].filter(([, where]) => where.size > 1).map(([name, where]) => [name, ...where])).toEqual([]);
});

test("no name has a word that was given up", () => {
  const found = [...files, ...tests].flatMap((file) =>
    [...new Set([file, ...identifiersOf(text(file))])].flatMap((name) =>
      partsOf(name)
        .filter((part) => Object.hasOwn(givenUp, part))
        .map((part) => `${file}: ${name}: say ${givenUp[part]} for ${part}`),
    ),
  );
  expect(found).toEqual([]);
});
