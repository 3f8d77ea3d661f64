import type { Word } from "../core/words.ts";

/** Markup that is whole; texts become markup only by `escaped`. */
export type Markup = string;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escaped = (text: string): Markup => text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!);

/** What was not measured is said so; it never looks like a zero. */
export const NOT_MEASURED: Word = ["未测得", "not measured"];

/** Chinese, and English beside it. */
export const both = ([zh, en]: Word): Markup =>
  en === "" ? escaped(zh) : `${escaped(zh)} <span lang="en">${escaped(en)}</span>`;

export const section = (title: Word, ...content: readonly Markup[]): Markup =>
  `<section><h2>${both(title)}</h2>${content.join("")}</section>`;

export const note = (...lines: readonly Word[]): Markup => `<p class="note">${lines.map(both).join("<br>")}</p>`;

export interface Column {
  readonly head: Word;
  /** Numbers stand to the right. */
  readonly number?: boolean;
}

/** Cells are markup. */
export function tableOf(columns: readonly Column[], rows: readonly (readonly Markup[])[]): Markup {
  const cls = (index: number): string => (columns[index]?.number === true ? ' class="number"' : "");
  const heads = columns.map(({ head }, index) => `<th scope="col"${cls(index)}>${both(head)}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => `<td${cls(index)}>${cell}</td>`).join("")}</tr>`)
    .join("");
  return `<table><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table>`;
}

/** For the printer: black on white, nothing is told by colour alone, A4 with nothing cut across pages. */
export const STYLE = `
@page { size: A4; margin: 14mm 13mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.45 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: #111; background: #fff; max-width: 184mm; margin: 0 auto; padding: 6mm 0; }
@media print { body { padding: 0; } }
h1 { font-size: 19pt; margin: 0 0 1mm; }
h2 { font-size: 12.5pt; margin: 7mm 0 2mm; padding-bottom: 1mm; border-bottom: 1px solid #888; break-after: avoid; }
[lang="en"] { font-size: 0.86em; color: #444; }
p { margin: 1mm 0; }
.note { font-size: 8.5pt; color: #333; }
.demo { border: 2px solid #111; padding: 2mm 4mm; font-weight: bold; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 3mm; margin-top: 4mm; }
.tile { border: 1px solid #888; border-radius: 2mm; padding: 2mm 3mm; break-inside: avoid; }
.tile b { display: block; font-size: 20pt; line-height: 1.2; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; break-inside: auto; }
tr { break-inside: avoid; }
th, td { text-align: left; padding: 0.9mm 1.6mm; border-bottom: 1px solid #ccc; vertical-align: top; }
th { font-weight: 600; border-bottom: 1px solid #555; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; width: 1%; }
th { word-break: keep-all; }
th.number { white-space: normal; min-width: 17mm; }
th.number [lang="en"] { display: block; }
td [lang="en"] { white-space: nowrap; }
.blank { color: #555; }
.verdict { font-weight: bold; white-space: nowrap; }
svg { width: 100%; height: auto; display: block; break-inside: avoid; }
svg text { font-family: inherit; fill: #111; }
svg .small { font-size: 11px; }
svg .value { font-size: 12px; font-weight: 600; }
svg .bar { fill: #4a6f8a; }
svg .late { fill: #b5541c; }
svg .axis { stroke: #555; stroke-width: 1; }
svg .mark { stroke: #111; stroke-width: 1; stroke-dasharray: 3 3; }
`;
