import { createHash } from "node:crypto";
import { assist } from "./assistant.mjs";
import { subscribe, wholeMessages } from "./bare-socket.mjs";
import { consoleText, sha256Of } from "./console-text.mjs";

/** Readers of one finished console. The first is compared with the source, all others with the first, byte by byte. */
let expected;

const atOnce = 100;

assist({
  /** One reader, from start to end; `same` when the text equals the source. */
  async first({ bytes, seed, ...how }) {
    const startedAt = performance.now();
    const messages = [];
    const hash = createHash("sha256");
    let ms;
    await new Promise((resolve, reject) => {
      const part = wholeMessages((data, from, to) => {
        const message = Buffer.from(data.subarray(from, to));
        messages.push(message);
        const { type, payload } = JSON.parse(message);
        if (type === "next") hash.update(payload.data.buildLog.text);
        if (type !== "complete") return;
        ms = performance.now() - startedAt;
        resolve();
        socket.destroy();
      });
      const socket = subscribe(how, { part, failed: reject });
    });
    expected = Buffer.concat(messages);
    return { ms, same: hash.digest("hex") === sha256Of(consoleText(bytes, seed)) };
  },

  /**
   * Many concurrent readers, each from start to end; returns how many received every byte, and the errors of the
   * others.
   */
  async read({ count, ...how }) {
    const startedAt = performance.now();
    const readers = [];
    for (let left = count; left > 0; left -= atOnce) {
      const some = Array.from({ length: Math.min(atOnce, left) }, () => new Reader(how));
      await Promise.all(some.map(({ accepted }) => accepted));
      readers.push(...some);
    }
    const openMs = performance.now() - startedAt;
    const troubles = await Promise.all(readers.map(({ over }) => over));
    const ms = performance.now() - startedAt;
    const whole = troubles.filter((trouble) => trouble === undefined).length;
    return { ms, openMs, bytes: expected.length * count, whole, troubles: [...new Set(troubles.filter(Boolean))] };
  },
});

/** Compares a reader's text with the first reader's. */
class Reader {
  #place = 0;
  #isOver = false;

  constructor(how) {
    this.accepted = new Promise((resolve) => (this.accept = resolve));
    /** Resolves with the error, if any. */
    this.over = new Promise((resolve) => (this.end = resolve));
    const part = (data, from, to) => this.#take(data, from, to);
    this.socket = subscribe(how, { part, failed: ({ message }) => this.#finish(message) });
  }

  #take(data, from, to) {
    if (this.#isOver) return;
    this.accept();
    const next = this.#place + to - from;
    if (next > expected.length || expected.compare(data, from, to, this.#place, next) !== 0)
      return this.#finish("other bytes");
    this.#place = next;
    if (next === expected.length) this.#finish();
  }

  #finish(trouble) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.accept();
    this.end(trouble && `${trouble} behind ${this.#place}`);
    this.socket.destroy();
  }
}
