import { GraphQLFailure, type OrreryClient } from "../../src/demo/orrery-client.js";

const note = new RegExp(String.raw`\x1b\[8mha:[A-Za-z0-9+/=]*\x1b\[0m`, "g");

/** What Jenkins wrote, as everybody reads it: LF line ends, without its invisible console notes. */
export const canonical = (raw: Uint8Array): string =>
  Buffer.from(raw).toString("utf8").replaceAll("\r\n", "\n").replaceAll(note, "");

/**
 * Reads a build's console to its end as a careful client does: whenever it is cut off it comes back, with the cursor
 * of the last piece it got. `connect` gives a client of its own each time; `cutAfterMs` has it hang up by itself.
 */
export async function readConsole(
  connect: () => Promise<OrreryClient> | OrreryClient,
  build: string,
  cutAfterMs?: () => number,
): Promise<string> {
  const pieces: string[] = [];
  let after: string | undefined;
  for (const end = Date.now() + 180_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    let client: OrreryClient | undefined;
    let cut: NodeJS.Timeout | undefined;
    let hungUp = false;
    try {
      client = await connect();
      if (cutAfterMs) cut = setTimeout(() => void ((hungUp = true), client?.close()), cutAfterMs());
      for await (const { text, cursor } of client.follow("build-log", { build, after })) {
        if (hungUp) break;
        pieces.push(text);
        after = cursor;
      }
      if (!hungUp) return pieces.join("");
    } catch (error) {
      if (error instanceof GraphQLFailure || Date.now() > end) throw error;
    } finally {
      clearTimeout(cut);
      await client?.close();
    }
  }
}
