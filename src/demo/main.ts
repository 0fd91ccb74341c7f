import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "../kernel/project-folder.js";
import { EmbeddedPostgres, PostgresError } from "../sandbox/postgres/embedded-postgres.js";
import { readOrCreateCredentials } from "./credentials.js";
import { deliver, sample } from "./delivery.js";
import { OrreryClient } from "./orrery-client.js";
import { SandboxUpstreams } from "./sandbox-upstreams.js";
import { ServerFailed, ServerProcess } from "./server-process.js";
import { Terminal } from "./terminal.js";

const folder = join(projectFolder, ".orrery");

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: "boolean", default: false },
      port: { type: "string", default: process.env["PORT"] ?? "4000" },
    },
  });
  const terminal = new Terminal();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const { secretKey, email, password } = readOrCreateCredentials(folder);
  const cleanups: (() => Promise<void>)[] = [];
  const cleanUp = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => undefined);
  };
  const interrupted = new Promise<number>((resolve) => {
    process.once("SIGINT", () => resolve(130));
    process.once("SIGTERM", () => resolve(143));
  });

  const run = async (): Promise<number> => {
    const postgres = await EmbeddedPostgres.start({ folder });
    cleanups.push(() => postgres.stop());
    const database = await postgres.ensureDatabase("orrery");
    terminal.step(postgres.takenOver ? "PostgreSQL was running still and is taken over" : "PostgreSQL runs, embedded");
    const upstreams = await SandboxUpstreams.start({ folder });
    cleanups.push(() => upstreams.stop());
    terminal.step("Kubernetes, Jenkins and GitHub run, as a sandbox on loopback");
    const server = await ServerProcess.start({
      ...upstreams.environment,
      DATABASE_URL: database,
      SECRET_KEY: secretKey,
      ADMIN_EMAIL: email,
      ADMIN_PASSWORD: password,
      PORT: values.port,
      LOG_LEVEL: process.env["LOG_LEVEL"] ?? "error",
      ROLLOUT_GRACE_SECONDS: "5",
    });
    cleanups.push(() => server.stop());
    const url = `http://localhost:${server.port}`;
    terminal.step(`Orrery listens on ${url}`);
    const client = await new OrreryClient(server.url).login(email, password);
    const delivered = await deliver(client, terminal);
    await client.close();
    terminal.step(
      delivered
        ? `Delivered: ${sample.spec.repository.path} at v1.0.0 runs in ${sample.namespace}/${sample.app}`
        : "The delivery failed",
    );
    if (values.once) return delivered ? 0 : 1;
    terminal.note("");
    terminal.note(`GraphiQL   ${url}/graphiql`);
    terminal.note(`Login      ${email}  ${password}`);
    terminal.note("Stop with Ctrl-C; everything is kept for the next time.");
    return new Promise((resolve) => server.onExit((code) => resolve(code ?? 1)));
  };

  try {
    return await Promise.race([run(), interrupted]);
  } finally {
    await cleanUp();
  }
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);

/** One line for what the user of the demo can mend; a stack for a defect. */
function explain(error: unknown): string {
  if (error instanceof PostgresError || error instanceof ServerFailed) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EROFS") return `The folder ${folder} cannot be written: ${error.message}`;
  if (code === "ENOSPC") return `The disk is full: ${error.message}`;
  if (code?.startsWith("ERR_PARSE_ARGS")) return `${error.message} Known: --once, --port <number>.`;
  return error.stack ?? error.message;
}
