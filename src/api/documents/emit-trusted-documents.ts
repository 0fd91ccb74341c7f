import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getOperationAST, parse } from "graphql";
import { projectFolder } from "../../kernel/project-folder.js";
import { sha256 } from "./trusted-documents.js";

/** A manifest of a folder's named operations, in the format of Apollo's persisted query manifests. */
export function printManifest(folder: string): string {
  const operations = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".graphql"))
    .map((file) => {
      const body = readFileSync(join(folder, file), "utf8");
      const operation = getOperationAST(parse(body));
      return { id: sha256(body), name: operation?.name?.value ?? "", type: operation?.operation, body };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
  return `${JSON.stringify({ format: "apollo-persisted-query-manifest", version: 1, operations }, null, 2)}\n`;
}

if (process.argv[1]?.endsWith("emit-trusted-documents.js")) {
  writeFileSync(
    join(projectFolder, "schema/trusted-documents.json"),
    printManifest(join(projectFolder, "schema/operations")),
  );
}
