const width = 880;
const margin = 20;
const rowHeight = 42;
const headHeight = 84;
/** The end of a bar that reaches its limit. */
const promised = 600;
const longest = width - 2 * margin;

/**
 * The part of a limit that a figure uses: 1 is all of it, less is better, more breaks the promise. A promise without a
 * number is used completely when it is kept.
 */
export function usedShare({ figure, baseline = "", ratio, promise, kept }) {
  const limit = /^(<=?|>=?) ([\d.]+) ?(\S*)( more)?$/.exec(promise);
  const otherwise = kept ? 1 : 1.25;
  if (!limit) return otherwise;
  const [, relation, number, unit, more] = limit;
  const isRatio = unit === "x" && ratio !== undefined;
  if (!isRatio && unit !== "" && !figure.includes(unit)) return otherwise;
  const value = isRatio ? ratio : parseFloat(figure) - (more ? parseFloat(baseline) : 0);
  const share = relation.startsWith("<") ? value / Number(number) : Number(number) / value;
  return Number.isFinite(share) ? Math.max(0, share) : otherwise;
}

/** The promises as bars, as SVG that is readable on light and on dark pages. */
export function plot(lines, machine) {
  const rows = lines.filter(({ promise }) => promise !== undefined && promise !== "");
  const height = headHeight + rows.length * rowHeight + margin;
  const line = margin + promised;
  const body = rows.map((row, index) => {
    const y = headHeight + index * rowHeight;
    const length = Math.max(3, Math.min(longest, usedShare(row) * promised));
    const what = row.what.replace(/ \(baseline: [^)]*\)/, "");
    const told = `${row.kept ? "" : "missed: "}${row.figure}${row.baseline ? ` beside ${row.baseline}` : ""}`;
    return `<g>
<text x="${margin}" y="${y + 14}">${escape(what)}</text>
<text x="${width - margin}" y="${y + 14}" class="${row.kept ? "figure" : "figure missed"}">${escape(told)}</text>
<rect x="${margin}" y="${y + 21}" width="${longest}" height="10" rx="2" class="track"/>
<rect x="${margin}" y="${y + 21}" width="${length.toFixed(1)}" height="10" rx="2" class="${row.kept ? "kept" : "broken"}"/>
<text x="${line + 6}" y="${y + 30}" class="promise${length > promised + 1 ? " over" : ""}">${escape(row.promise)}</text>
</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="What is promised, and how much of it is used">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.note, .promise { fill: #59636e }
.promise { font-size: 10px }
.over { fill: #ffffff }
.figure { text-anchor: end; font-weight: 600 }
.page { fill: #ffffff; stroke: #d1d9e0 }
.track { fill: #eff2f5 }
.kept { fill: #2f81c7 }
.broken { fill: #d1242f }
.missed { fill: #d1242f }
.limit { stroke: #1f2328; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .note, .promise { fill: #9198a1 }
  .page { fill: #0d1117; stroke: #3d444d }
  .track { fill: #1c2128 }
  .kept { fill: #4493d8 }
  .broken, .missed { fill: #f47067 }
  .over { fill: #0d1117 }
  .limit { stroke: #e6edf3 }
}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" class="page"/>
<text x="${margin}" y="30" class="title">What is promised, and how much of it is used</text>
<text x="${margin}" y="50" class="note">${escape(machine)}</text>
<text x="${margin}" y="68" class="note">A bar that ends at the line uses all that is promised; shorter is better.</text>
${body.join("\n")}
<line x1="${line}" y1="${headHeight - 8}" x2="${line}" y2="${height - margin / 2}" class="limit"/>
</svg>
`;
}

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
