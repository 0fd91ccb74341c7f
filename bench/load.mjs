import http from "node:http";
import { assist } from "./assistant.mjs";

/** Clients in their own process, each of which repeats its request as soon as it is answered. */
assist({
  /** The responses per second after a warm-up; fails when one of them is incomplete. */
  async requests({ url, token, body, clients, warmMs, measuredMs }) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
    const text = JSON.stringify(body);
    const options = {
      agent,
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "content-length": Buffer.byteLength(text),
      },
    };
    const ask = () =>
      new Promise((resolve, reject) => {
        const request = http.request(`${url}/graphql`, options, (response) => {
          let bytes = 0;
          let beginning;
          response.on("data", (chunk) => {
            beginning ??= chunk.toString("utf8", 0, 20);
            bytes += chunk.length;
          });
          response.on("end", () => {
            if (response.statusCode !== 200 || !beginning.startsWith('{"data":{'))
              reject(new Error(`${response.statusCode}: ${beginning}`));
            else resolve(bytes);
          });
        });
        request.on("error", reject);
        request.end(text);
      });
    const startedAt = performance.now() + warmMs;
    const endsAt = startedAt + measuredMs;
    let [answers, bytes] = [0, 0];
    const client = async () => {
      for (;;) {
        bytes = await ask();
        const now = performance.now();
        if (now > endsAt) return;
        if (now > startedAt) answers++;
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    agent.destroy();
    return { perSecond: (answers * 1_000) / measuredMs, bytes };
  },
});
