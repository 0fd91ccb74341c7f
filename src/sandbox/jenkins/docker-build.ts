import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Piece, RunResult, Script } from "./run.js";

/** The input of a build. */
export interface BuildOrder {
  readonly jobName: string;
  readonly startedBy: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly git: { readonly url: string; readonly branch: string } | undefined;
  /** An id of credentials that the job uses and Jenkins does not have. */
  readonly missingCredentials: string | undefined;
  readonly bound: readonly string[];
  readonly commands: readonly string[];
  /** The speed; 1 is real time. */
  readonly pace: number;
}

const buildMs = 4_000;
const green = (text: string) => `\u001b[32m${text}\u001b[39m`;
const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

/**
 * Simulates the build that a job describes: checkout, `docker build`, push. Words in the last segment of REF decide its
 * end: `fail`, `unstable`, `notbuilt`, `hang` (until stopped), `slow` (ten times longer). A job without a builder does
 * nothing and succeeds.
 */
export function dockerBuild(order: BuildOrder): Script {
  const { parameters, commands, pace } = order;
  const words = new Set((parameters["REF"] ?? "").split("/").at(-1)!.split(/[-._]/));
  const result: RunResult = words.has("fail")
    ? "FAILURE"
    : words.has("unstable")
      ? "UNSTABLE"
      : words.has("notbuilt")
        ? "NOT_BUILT"
        : "SUCCESS";
  const workspace = `/var/lib/jenkins/workspace/${order.jobName}`;
  const lines = [
    `Started by user ${note(order.startedBy)}${order.startedBy}`,
    "Running as SYSTEM",
    `Building in workspace ${workspace}`,
    ...checkout(order, workspace),
  ];
  if (order.missingCredentials !== undefined) {
    lines.push(`ERROR: Could not find credentials entry with ID '${order.missingCredentials}'`);
    return { pieces: pieces(lines, 0), result: "FAILURE", verbatim: false };
  }
  if (order.bound.length > 0)
    lines.push("Masking supported pattern matches of $REGISTRY_USERNAME or $REGISTRY_PASSWORD");
  if (commands.length === 0) return { pieces: pieces(lines, 0), result: "SUCCESS", verbatim: false };
  const hangs = words.has("hang");
  for (const command of commands) {
    lines.push(`[${order.jobName}] $ /bin/sh -xe /tmp/jenkins${digest(order.jobName).slice(0, 12)}.sh`);
    if (/\bdocker\b/.test(command)) lines.push(...docker(order, hangs ? "hang" : result));
    else
      lines.push(
        ...command
          .split("\n")
          .filter((line) => /^[^#\s]/.test(line))
          .map((line) => `+ ${line}`),
      );
    if (result === "FAILURE") {
      lines.push("Build step 'Execute shell' marked build as failure");
      break;
    }
  }
  const ms = (buildMs * (words.has("slow") ? 10 : 1)) / pace;
  return { pieces: pieces(lines, ms), result: hangs ? undefined : result, verbatim: false };
}

/** The commit that is built. */
function commitOf({ parameters, git }: BuildOrder): string {
  const branch = (git?.branch ?? "").replace(/\$\{?(\w+)\}?/g, (_all, name: string) => parameters[name] ?? "");
  return /^[0-9a-f]{40}$/.test(branch) ? branch : digest(branch).slice(0, 40);
}

function checkout(order: BuildOrder, workspace: string): string[] {
  if (!order.git) return [];
  const { url } = order.git;
  const commit = commitOf(order);
  return [
    "The recommended git tool is: NONE",
    "No credentials specified",
    "Cloning the remote Git repository",
    `Cloning repository ${url}`,
    ` > git init ${workspace} # timeout=10`,
    `Fetching upstream changes from ${url}`,
    ` > git fetch --tags --force --progress -- ${url} +refs/heads/*:refs/remotes/origin/* # timeout=10`,
    ` > git rev-parse ${commit}^{commit} # timeout=10`,
    `Checking out Revision ${commit} (detached)`,
    ` > git checkout -f ${commit} # timeout=10`,
    'Commit message: "Greet the world – ¡hola, 世界! 🌍"',
  ];
}

function docker({ parameters }: BuildOrder, outcome: RunResult | "hang"): string[] {
  const image = parameters["IMAGE"] ?? "sandbox/image:latest";
  const args = (parameters["BUILD_ARGS"] ?? "").split(/\r?\n/).filter(Boolean);
  const options = args.map((arg) => ` --build-arg ${arg}`).join("");
  const compile = [
    `+ docker build --progress=plain --tag ${image}${options} .`,
    '#0 building with "default" instance using docker driver',
    "",
    "#1 [internal] load build definition from Dockerfile",
    "#1 transferring dockerfile: 412B done",
    "#1 DONE 0.0s",
    "",
    "#2 [internal] load metadata for docker.io/library/node:24-alpine",
    "#2 DONE 0.6s",
    "",
    `#3 [build 1/5] FROM docker.io/library/node:24-alpine@sha256:${digest("node:24-alpine")}`,
    "#3 CACHED",
    "",
    "#4 [build 2/5] COPY package.json package-lock.json ./",
    "#4 DONE 0.1s",
    "",
    "#5 [build 3/5] RUN npm ci",
    "#5 1.843 added 42 packages, and audited 43 packages in 2s",
    `#5 1.844 ${green("✔")} found 0 vulnerabilities`,
    "#5 DONE 2.1s",
    "",
    "#6 [build 4/5] RUN npm run build",
    "#6 0.412 > hello-orrery@1.0.0 build",
    "#6 0.412 > tsc --pretty",
  ];
  if (outcome === "hang") return [...compile, "#6 0.913 waiting for a lock …"];
  if (outcome === "NOT_BUILT") return [...compile.slice(0, 3), "Nothing has changed; there is nothing to build."];
  if (outcome === "FAILURE") return [...compile, ...compilerError];
  const tests =
    outcome === "UNSTABLE"
      ? [`#7 2.020 ${red("✖")} 1 of 17 tests failed: greets in Ελληνικά`]
      : [`#7 2.020 ${green("✓")} 17 tests passed – καλημέρα κόσμε`];
  const id = digest(image);
  const layers = [0, 12, 24, 36].map((at) => id.slice(at, at + 12));
  return [
    ...compile,
    `#6 2.377 ${green("✓")} 42 modules transformed`,
    "#6 DONE 2.4s",
    "",
    "#7 [build 5/5] RUN npm test",
    ...tests,
    "#7 DONE 2.2s",
    "",
    "#8 exporting to image",
    "#8 exporting layers 0.2s done",
    `#8 writing image sha256:${id} done`,
    `#8 naming to ${image} done`,
    "#8 DONE 0.3s",
    `+ docker push ${image}`,
    `The push refers to repository [${image.replace(/:[^:/]*$/, "")}]`,
    ...layers.map((layer) => `${layer}: Preparing`),
    ...layers.map((layer) => `${layer}: Pushed`),
    `${image.split(":").at(-1)}: digest: sha256:${digest(id)} size: 1786`,
  ];
}

const compilerError = [
  `#6 2.301 \u001b[96msrc/greeting.ts\u001b[0m:\u001b[93m12\u001b[0m:\u001b[93m7\u001b[0m - ${red("error")} TS2322: Type 'number' is not assignable to type 'string'.`,
  "#6 2.301 12   const greeting: string = 42; // “the answer”",
  `#6 2.301          ${red("~~~~~~~~")}`,
  "#6 2.304 Found 1 error in src/greeting.ts:12",
  '#6 ERROR: process "/bin/sh -c npm run build" did not complete successfully: exit code: 2',
  "ERROR: failed to build: failed to solve: exit code: 2",
];

/** Cuts the text anywhere, also inside lines and characters, and spreads it over `totalMs`. */
function* pieces(lines: readonly string[], totalMs: number): Generator<Piece> {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = 3 + ((turn * 53) % 131);
    // Cut inside a multi-byte character if there is one near.
    const lead = bytes.subarray(at, at + size).findIndex((byte) => byte >= 0xc0);
    const piece = bytes.subarray(at, at + (lead === -1 ? size : lead + 1));
    yield { afterMs: (totalMs * piece.length) / bytes.length, bytes: piece };
    at += piece.length;
  }
}

/** A console note that links to a user, in Jenkins' encoding: signature, size, and a gzipped object in Base64. */
function note(user: string): string {
  const payload = gzipSync(`hudson.console.ModelHyperlinkNote /user/${user}`);
  const head = Buffer.alloc(40);
  head.writeInt32BE(-32);
  createHash("sha256").update(user).digest().copy(head, 4);
  head.writeInt32BE(payload.length, 36);
  return `\u001b[8mha:${Buffer.concat([head, payload]).toString("base64")}\u001b[0m`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
