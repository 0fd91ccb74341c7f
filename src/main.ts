import { enableCompileCache, setSourceMapsSupport } from "node:module";
import { ConfigError, readConfig } from "./config/config.js";
import { openLog } from "./compose/log.js";

// For our own code alone: the maps of every dependency would cost a second and 25 MB.
setSourceMapsSupport(true, { nodeModules: false });
// A restart need not compile what the start before it compiled.
enableCompileCache();

/** Whoever sends a second signal does not want to wait. */
const stopTimeoutMs = 20_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = openLog(config.logLevel);
  // Only now: whoever made a mistake in the environment is told at once.
  const { startServer } = await import("./compose/server.js");
  const server = await startServer(config, log);
  if (server.firstAdministrator) {
    const { email, password } = server.firstAdministrator;
    log.info({ email }, "first administrator created");
    // The only time that this password is shown; it is nowhere else.
    if (password !== undefined) process.stdout.write(`First login: ${email} with the password ${password}\n`);
  }
  log.info({ port: server.port, ready: Math.round(performance.now()) }, "ready");
  process.send?.({ ready: true, port: server.port, firstAdministrator: server.firstAdministrator });

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "did not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explain(error)}\n`);
  process.exit(1);
});

/** One clear line for what an operator can mend. */
function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "EADDRINUSE") return "The port is in use. Set PORT to another one, or stop what listens there.";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "ENOENT")
    return `The database cannot be reached: ${message ?? code}. Check DATABASE_URL.`;
  if (code === "28P01" || code === "28000") return "The database refuses the user or the password of DATABASE_URL.";
  if (code === "3D000") return "The database that DATABASE_URL names does not exist. Create it first.";
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
