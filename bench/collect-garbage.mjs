import { createServer } from "node:net";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";

/** A free port. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The environment of a process whose inspector opens at this port on request. */
export const inspectable = (port) => ({ NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` });

/** Makes a process collect its garbage through the inspector, as a debugger would. */
export async function collectGarbage(pid, port) {
  process.kill(pid, "SIGUSR1");
  const inspector = new WebSocket(await inspectorUrl(port));
  await once(inspector, "open");
  inspector.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
  await once(inspector, "message");
  inspector.close();
  await once(inspector, "close");
}

async function inspectorUrl(port) {
  for (let attempt = 0; attempt < 100; attempt++, await pause(50)) {
    try {
      const [target] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
      return target.webSocketDebuggerUrl;
    } catch {
      // The inspector opens after a moment.
    }
  }
  throw new Error(`No inspector opened at port ${port}.`);
}
