import { styleText } from "node:util";

const barWidth = 30;

/** What the demo shows: steps, a console, a progress bar. Plain lines where nobody looks (no terminal). */
export class Terminal {
  private readonly live = process.stdout.isTTY;
  private readonly startedAt = performance.now();
  private barShown = false;
  private lastBar = "";
  private atLineStart = true;

  step(text: string): void {
    this.endBar();
    const seconds = ((performance.now() - this.startedAt) / 1000).toFixed(1).padStart(5);
    process.stdout.write(`${this.paint("dim", `${seconds}s`)} ${this.paint("green", "✓")} ${text}\n`);
  }

  note(text: string): void {
    this.endBar();
    process.stdout.write(`         ${text}\n`);
  }

  /** Console text as it comes, cut anywhere; colours are the build's own. */
  console(text: string): void {
    const bar = this.paint("dim", "       │ ");
    for (const line of text.split(/(?<=\n)/)) {
      process.stdout.write(this.atLineStart ? bar + line : line);
      this.atLineStart = line.endsWith("\n");
    }
  }

  bar(done: number, of: number, text: string): void {
    const filled = of === 0 ? 0 : Math.round((barWidth * done) / of);
    const line = `         ${this.paint("green", "█".repeat(filled))}${this.paint("dim", "░".repeat(barWidth - filled))} ${done}/${of} ${text}`;
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
