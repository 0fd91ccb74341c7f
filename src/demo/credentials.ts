import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the database of an earlier run can be used with: its secrets' key, and the first member's login. */
export interface Credentials {
  readonly secretKey: string;
  readonly email: string;
  readonly password: string;
}

/** The credentials in a folder's `demo.json`; they are made at the first run. */
export function readOrCreateCredentials(folder: string): Credentials {
  const file = join(folder, "demo.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Credentials;
  const created = {
    secretKey: randomBytes(32).toString("base64"),
    email: "admin@example.com",
    password: randomBytes(12).toString("base64url"),
  };
  writeFileSync(file, JSON.stringify(created), { mode: 0o600 });
  return created;
}
