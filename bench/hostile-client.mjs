import http from "node:http";
import { everything, hostileRequests, largestDocument } from "../test/support/hostile-documents.ts";
import { wrongVariables } from "../test/support/hostile-variables.ts";
import { assist } from "./assistant.mjs";

/** A page of a hundred apps with this many fields each. */
const pagesInPage = (field, count) =>
  `{apps(first:100){nodes{${Array.from({ length: count }, (_, i) => field(i)).join(" ")}}}}`;

/** A valid request of the maximum cost. */
const heavy = [
  {
    what: "as many pages in a page as are let in",
    body: JSON.stringify({ query: pagesInPage((i) => `b${i}:builds(first:1){totalCount}`, 2) }),
  },
  {
    what: "as many wrong pages in a page",
    body: JSON.stringify({ query: pagesInPage((i) => `b${i}:builds(first:0){totalCount}`, 2) }),
  },
  {
    what: "as many rollouts with their releases",
    body: JSON.stringify({ query: pagesInPage((i) => `r${i}:lastRollout{id number release{id image}}`, 11) }),
  },
  { what: "the largest document that is let in", body: JSON.stringify({ query: largestDocument }) },
  {
    what: "an app with 9,000 wrong values",
    body: JSON.stringify({
      query: "mutation($input:CreateAppInput!){createApp(input:$input){app{id}}}",
      variables: {
        input: {
          namespaceId: "ns_1",
          name: "x",
          spec: {
            language: "NODE",
            repository: { host: "GITHUB", owner: "x", name: "x" },
            environment: Array.from({ length: 4_500 }, () => ({ name: "", value: "" })),
          },
        },
      },
    }),
  },
];
const requests = [...hostileRequests, ...wrongVariables, ...heavy];
const agent = new http.Agent({ keepAlive: true });

/** Sends requests that no honest client sends. */
assist({
  kinds: () => requests.map(({ what }) => what),

  async warm({ url, token }) {
    for (let i = 0; i < 20; i++)
      await post(
        url,
        token,
        Buffer.from(JSON.stringify({ query: `#warm ${i}\n{apps(first:5){nodes{${everything}}}}` })),
      );
  },

  /**
   * Sends a request this many times in a row, this many at once; returns when the first was sent and the last response
   * came.
   */
  async send({ url, token, kind, round, times, atOnce }) {
    const { what, body, code } = requests[kind];
    // A different document each time, so that none is cached.
    const bodies = Array.from({ length: atOnce }, (_, i) =>
      Buffer.from(body.replace('"query":"', `"query":"#${round} ${i}\\n`)),
    );
    const from = performance.timeOrigin + performance.now();
    const answers = await Promise.all(
      bodies.map(async (each) => {
        const texts = [];
        for (let time = 0; time < times; time++) texts.push(await post(url, token, each));
        return texts;
      }),
    );
    const to = performance.timeOrigin + performance.now();
    for (const text of answers.flat()) {
      const refused = JSON.parse(text).errors?.[0]?.extensions?.code;
      if (code !== undefined && refused !== code)
        throw new Error(`${what} was answered with ${refused ?? text.slice(0, 200)}`);
    }
    return { from, to, longest: Math.max(...answers.flat().map(({ length }) => length)) };
  },
});

const post = (url, token, body) =>
  new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const request = http.request(`${url}/graphql`, { agent, method: "POST", headers }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve(Buffer.concat(parts).toString()));
    });
    request.on("error", (error) => {
      // The server closes idle connections.
      if (request.reusedSocket && error.code === "ECONNRESET") resolve(post(url, token, body));
      else reject(error);
    });
    request.end(body);
  });
