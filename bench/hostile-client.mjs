import { everything, hostileRequests, largestDocument } from "../test/support/hostile-documents.ts";
import { assist } from "./assistant.mjs";

const largest = { what: "the largest that is let in", body: JSON.stringify({ query: largestDocument }) };

/** Sends what no honest client sends, one request after the other, and measures each until its answer is there whole. */
assist({
  send: async ({ url, token, rounds }) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const timed = async (body) => {
      const startedAt = performance.now();
      const response = await fetch(`${url}/graphql`, { method: "POST", headers, body });
      const text = await response.text();
      return { ms: performance.now() - startedAt, text };
    };
    // A connection, and a server that has answered before: the first answers after its start take longer, whatever is asked.
    for (let i = 0; i < 20; i++)
      await timed(JSON.stringify({ query: `#warm ${i}\n{apps(first:5){nodes{${everything}}}}` }));
    const honest = [];
    const figures = [];
    for (let round = 0; round < rounds; round++) {
      honest.push((await timed(JSON.stringify({ query: `{viewer{email b${round}:email}}` }))).ms);
      for (const { what, body, code } of [...hostileRequests, largest]) {
        // Another document each time, so that none is known.
        const { ms, text } = await timed(body.replace('"query":"', `"query":"#${round}\\n`));
        const refused = JSON.parse(text).errors?.[0]?.extensions?.code;
        if (refused !== code) throw new Error(`${what} was answered with ${refused ?? text.slice(0, 200)}`);
        figures.push({ what, ms });
      }
    }
    return { honest, figures };
  },
});
