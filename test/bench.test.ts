import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");
const bench = join(root, "bench");

/** What the bench imports of the server is not seen by the compiler: it reads what was built. */
test("what the bench takes of the server is there", () => {
  const missing: string[] = [];
  let taken = 0;
  for (const file of readdirSync(bench).filter((name) => name.endsWith(".mjs"))) {
    const text = readFileSync(join(bench, file), "utf8");
    for (const [, names, path] of text.matchAll(/import \{ ([^}]+) \} from "\.\.\/dist\/([^"]+)\.js"/g)) {
      const source = readFileSync(join(root, "src", `${path!}.ts`), "utf8");
      for (const name of names!.split(", ")) {
        taken++;
        if (!new RegExp(`^export (?:async |abstract )?(?:function|const|class) ${name}\\b`, "m").test(source)) {
          missing.push(`${file}: ${name} of ${path!}`);
        }
      }
    }
  }
  expect(missing).toEqual([]);
  expect(taken).toBeGreaterThan(15);
});
