import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { plot } from "./plot.mjs";

/**
 * One figure beside its baseline of the same run. Without `promise` it is for information.
 * @typedef {{ what: string, figure: string, baseline?: string, ratio?: number, promise?: string, kept?: boolean }} Line
 */

/** Collects figures, and shows them as one table. */
export class Reporter {
  /** @type {Line[]} */
  #lines = [];
  #startedAt = performance.now();
  /** The CPU use of other processes, which makes the figures less reliable. */
  #loadBefore = loadavg()[0];

  /** Prints what is being measured. */
  begin(what) {
    process.stderr.write(`${seconds(performance.now() - this.#startedAt).padStart(7)}  ${what}\n`);
  }

  /** @param {Line} line */
  add(line) {
    this.#lines.push(line);
  }

  get missed() {
    return this.#lines.filter(({ kept }) => kept === false).length;
  }

  table() {
    const rows = this.#lines.map(({ what, figure, baseline = "", ratio, promise = "", kept }) => [
      what,
      figure,
      baseline,
      ratio === undefined ? "" : ratio.toFixed(2),
      promise,
      kept === undefined ? "" : kept ? "ok" : "MISSED",
    ]);
    const head = ["what", "figure", "baseline", "ratio", "promise", ""];
    const widths = head.map((title, i) =>
      Math.max(...[title, ...rows.map((row) => row[i])].map(({ length }) => length)),
    );
    const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
    return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
  }

  /** Prints the table with the machine's data, and writes both into a folder if there is one. */
  publish(folder) {
    const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, Node ${process.version}, ${process.platform}, ${new Date().toISOString().slice(0, 10)}, load before ${this.#loadBefore.toFixed(1)}`;
    const took = seconds(performance.now() - this.#startedAt);
    const table = this.table();
    process.stdout.write(`\n${machine}\n\n${table}\n\n`);
    if (folder === undefined) return;
    writeFileSync(
      join(folder, "results.md"),
      `# Figures\n\nMade by \`npm run bench\` in ${took}: ${machine}.\n\n${table}\n`,
    );
    writeFileSync(join(folder, "results.svg"), plot(this.#lines, machine));
  }
}

export const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;
export const milliseconds = (ms) => `${Math.round(ms)} ms`;
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
export const rate = (bytes, ms) => `${(bytes / 1e3 / ms).toFixed(1)} MB/s`;

/** The quantile of the values. */
export const quantile = (values, part) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

/** The median, so that a short burst of other load does not count. */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
