import { styleText } from "node:util";
import { escapeHidden } from "../kernel/visible-text.js";

const barWidth = 30;
/** A sequence that sets a colour (SGR of ECMA-48). */
// oxlint-disable-next-line no-control-regex
const colour = /(\u001b\[[0-9;]*m)/;

/** What the demo shows: steps, a console, a progress bar. Plain lines when stdout is no terminal. */
export class Terminal {
  private readonly live = process.stdout.isTTY;
  private readonly startedAt = performance.now();
  private barShown = false;
  private lastBar = "";
  private atLineStart = true;

  step(text: string): void {
    this.endBar();
    const seconds = ((performance.now() - this.startedAt) / 1000).toFixed(1).padStart(5);
    const line = escapeHidden(text, "LINE");
    process.stdout.write(`${this.paint("dim", `${seconds}s`)} ${this.paint("green", "✓")} ${line}\n`);
  }

  note(text: string): void {
    this.endBar();
    process.stdout.write(`         ${escapeHidden(text, "LINE")}\n`);
  }

  /** Console text in pieces that may end anywhere. Its colours are kept; its other control characters are shown, not obeyed. */
  console(text: string): void {
    const bar = this.paint("dim", "       │ ");
    const shown = text
      .replaceAll("\r\n", "\n")
      .split(colour)
      .map((part, index) => (index % 2 === 1 ? part : escapeHidden(part, "LINES")));
    for (const line of shown.join("").split(/(?<=\n)/)) {
      process.stdout.write(this.atLineStart ? bar + line : line);
      this.atLineStart = line.endsWith("\n");
    }
  }

  bar(done: number, of: number, text: string): void {
    const filled = of === 0 ? 0 : Math.round((barWidth * done) / of);
    const line = `         ${this.paint("green", "█".repeat(filled))}${this.paint("dim", "░".repeat(barWidth - filled))} ${done}/${of} ${escapeHidden(text, "LINE")}`;
    if (line === this.lastBar) return;
    this.lastBar = line;
    process.stdout.write(this.live ? `\r\u001b[2K${line}` : `${line}\n`);
    this.barShown = this.live;
  }

  private endBar(): void {
    if (this.barShown) process.stdout.write("\n");
    this.barShown = false;
    this.lastBar = "";
  }

  private paint(style: "dim" | "green", text: string): string {
    return styleText(style, text, { stream: process.stdout });
  }
}
