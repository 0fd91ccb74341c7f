import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** The resident memory of a process, in bytes. */
export function residentMemory(pid) {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(status, "utf8"))?.[1]
    : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return Number(kilobytes) * 1_024;
}

/** Samples the memory of a process; `stop` returns the maximum. */
export function watchMemory(pid) {
  let peak = residentMemory(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentMemory(pid))), 20);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(peak, residentMemory(pid));
    },
  };
}
