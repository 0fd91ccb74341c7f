import http from "node:http";
import { assist } from "./assistant.mjs";
import { subscribe, wholeMessages } from "./bare-socket.mjs";

/** Thousands of clients of one stream, and one direct watch on the cluster. */
const clients = [];
let latencies = [];
let watched = [];
let received = 0;
let wanted = Infinity;
let wake = () => undefined;

const atOnce = 100;

/**
 * Opens one client; resolves after its first event. `mark` precedes the time at which an event was made; one of this
 * many events is checked.
 */
function open({ mark, every = 1, ...how }) {
  const stamp = Buffer.from(mark);
  return new Promise((resolve, reject) => {
    const client = { events: 0, socket: undefined };
    let messages = 0;
    const message = (data, from, to) => {
      if (++messages === 2) {
        if (data.indexOf('"errors"', from) >= 0) reject(new Error(data.toString("utf8", from, to)));
        resolve(client);
      }
      if (messages <= 2) return;
      if (received % every === 0) noteStamps(data, from, to, stamp, latencies);
      client.events++;
      if (++received >= wanted) wake();
    };
    client.socket = subscribe(how, { part: wholeMessages(message), failed: reject });
  });
}

/** The ages of all marked times in these bytes. */
function noteStamps(data, from, to, stamp, ages) {
  const at = now();
  for (let place = data.indexOf(stamp, from); place >= 0 && place < to; place = data.indexOf(stamp, place + 1))
    ages.push(at - parseFloat(data.latin1Slice(place + stamp.length, Math.min(to, place + stamp.length + 20))));
}

const now = () => performance.timeOrigin + performance.now();

function quantiles(ages) {
  const sorted = ages.sort((a, b) => a - b);
  const of = (q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  return { count: sorted.length, p50: of(0.5), p99: of(0.99), max: sorted.at(-1) };
}

assist({
  async open({ count, ...how }) {
    for (let left = count; left > 0; left -= atOnce)
      clients.push(...(await Promise.all(Array.from({ length: Math.min(atOnce, left) }, () => open(how)))));
  },

  /** Opens a watch as the cluster's own clients do; resolves when it is open. */
  watch({ url, token, mark }) {
    const stamp = Buffer.from(mark);
    return new Promise((resolve, reject) => {
      const request = http.get(url, { headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.on("data", (data) => noteStamps(data, 0, data.length, stamp, watched));
        resolve();
      });
      request.on("error", reject);
    });
  },

  /** Resolves after this many more events. */
  async receive({ events }) {
    wanted = received + events;
    if (received < wanted) await new Promise((resolve) => (wake = resolve));
    wanted = Infinity;
  },

  reset() {
    latencies = [];
    watched = [];
    received = 0;
    for (const client of clients) client.events = 0;
  },

  /** The number of events, the number of clients that received `each` of them, and the ages of the events. */
  figures({ each = 0 }) {
    const complete = clients.filter(({ events }) => events === each).length;
    return { received, complete, ...quantiles(latencies), watched: quantiles(watched) };
  },

  /** Closes all clients but the first ones. */
  leave({ but = 0 }) {
    for (const { socket } of clients.splice(but)) socket.destroy();
  },
});
