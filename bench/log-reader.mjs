import { createHash } from "node:crypto";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { operation } from "../dist/demo/orrery-client.js";
import { assist } from "./assistant.mjs";

/** A reader of consoles in its own process: through the server, or from Jenkins directly. */
assist({
  /** Follows `buildLog` to its end. */
  async follow({ url, token, build }) {
    const client = createClient({
      url: `${url.replace(/^http/, "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const { data, errors } of client.iterate({ query: operation("build-log"), variables: { build } })) {
      if (errors) throw new Error(JSON.stringify(errors));
      const piece = Buffer.from(data.buildLog.text);
      hash.update(piece);
      bytes += piece.length;
    }
    const endedAt = Date.now();
    await client.dispose();
    return { bytes, sha256: hash.digest("hex"), endedAt };
  },

  /** Reads it from Jenkins to its end. */
  async download({ url, user, token }) {
    const startedAt = Date.now();
    const response = await fetch(url, {
      headers: { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}` },
    });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const piece of response.body) {
      hash.update(piece);
      bytes += piece.length;
    }
    return { bytes, ms: Date.now() - startedAt };
  },
});
