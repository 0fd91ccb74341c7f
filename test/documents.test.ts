import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");
const documents = globSync(["*.md", "{docs,src,templates,db,schema,install,bench}/**/*.md"], { cwd: root }).filter(
  (file) => file !== "bench/results.md",
);

/** The paths of the project that a document names: in code, or as the target of a link. */
const pathsOf = (document: string): string[] => {
  const content = readFileSync(join(root, document), "utf8");
  const named = [...content.matchAll(/`((?:src|test|docs|db|schema|templates|install|bench)\/[\w./-]+)`/g)];
  const linked = [...content.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)];
  return [...named.map(([, path]) => path!), ...linked.map(([, path]) => join(dirname(document), path!))];
};

const exists = (path: string): boolean =>
  ["", ".ts", ".test.ts"].some((ending) => existsSync(join(root, `${path.replace(/\/$/, "")}${ending}`)));

test("every file that a document names exists", () => {
  expect(documents).toContain("CONTRIBUTING.md");
  const missing = documents.flatMap((document) =>
    pathsOf(document)
      .filter((path) => !exists(path))
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});
