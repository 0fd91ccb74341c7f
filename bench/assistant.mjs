import { fork } from "node:child_process";
import { join } from "node:path";

const usualPatienceMs = 60_000;

/** A child process that does a part of the work, so that its CPU and memory are counted separately. */
export class Assistant {
  #child;
  #questions = new Map();
  #count = 0;

  constructor(file, environment = {}) {
    this.#child = fork(join(import.meta.dirname, file), { env: { ...process.env, ...environment } });
    this.#child.on("message", ({ id, answer, error }) => {
      const { resolve, reject } = this.#questions.get(id);
      this.#questions.delete(id);
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    });
    this.#child.on("exit", (code) => {
      for (const { reject } of this.#questions.values()) reject(new Error(`${file} ended with status ${code}`));
    });
  }

  get pid() {
    return this.#child.pid;
  }

  /** Calls one of its functions. */
  ask(what, details = {}, patienceMs = usualPatienceMs) {
    return new Promise((resolve, reject) => {
      this.#questions.set(++this.#count, { resolve, reject });
      this.#child.send({ id: this.#count, what, details });
      setTimeout(reject, patienceMs, new Error(`${what} took too long`)).unref();
    });
  }

  end() {
    this.#child.kill("SIGKILL");
  }
}

/** The child's side: answers the calls of the main process. */
export function assist(abilities) {
  process.on("message", async ({ id, what, details }) => {
    try {
      process.send({ id, answer: await abilities[what](details) });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
  process.once("disconnect", () => process.exit());
}
