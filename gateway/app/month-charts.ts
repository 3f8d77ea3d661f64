import { escaped, type Markup } from "./month-markup.ts";

/** All charts are drawn in this width and scaled to the page. */
const WIDTH = 720;

export interface Bar {
  readonly label: string;
  readonly count: number;
  /** Under the label; empty: nothing. */
  readonly below?: string;
  /** Beyond the yardstick: another colour, and a line says from where on. */
  readonly late?: boolean;
}

const BARS_HEIGHT = 130;
const TOP = 22;

/** Standing bars with their counts; a bar of nothing has no number, only its place. `title` is what it shows. */
export function standingBars(title: string, bars: readonly Bar[], limit: { at: number; text: string } | null): Markup {
  const step = WIDTH / bars.length;
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const bottom = TOP + BARS_HEIGHT;
  const drawn = bars.map(({ label, count, below = "", late = false }, index) => {
    const height = (count / most) * BARS_HEIGHT;
    const middle = round(index * step + step / 2);
    const rect = `<rect class="${late ? "late" : "bar"}" x="${round(index * step + step * 0.14)}" y="${round(bottom - height)}" width="${round(step * 0.72)}" height="${round(height)}"/>`;
    const value = centred(middle, bottom - height - 4, String(count), "value");
    const under = below === "" ? "" : centred(middle, bottom + 31, below, "small");
    return `${count === 0 ? "" : rect + value}${centred(middle, bottom + 15, label, "small")}${under}`;
  });
  const height = bottom + (bars.some(({ below }) => below) ? 38 : 22);
  const axis = `<line class="axis" x1="0" y1="${bottom}" x2="${WIDTH}" y2="${bottom}"/>`;
  return svg(title, height, `${drawn.join("")}${axis}${limit === null ? "" : limitLine(limit.at * step, limit.text)}`);
}

const limitLine = (x: number, text: string): Markup =>
  `<line class="mark" x1="${round(x)}" y1="4" x2="${round(x)}" y2="${TOP + BARS_HEIGHT}"/><text class="small" x="${round(x) + 5}" y="13">${escaped(text)}</text>`;

const ROW = 26;
const LABEL_WIDTH = 210;
const VALUE_WIDTH = 70;

/** Lying bars, one below the other, with their counts. */
export function lyingBars(title: string, bars: readonly Bar[]): Markup {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const drawn = bars.map(({ label, count }, index) => {
    const y = index * ROW;
    const width = round((count / most) * room);
    return (
      `<text class="small" x="0" y="${y + 17}">${escaped(label)}</text>` +
      `<rect class="bar" x="${LABEL_WIDTH}" y="${y + 5}" width="${width}" height="${ROW - 10}"/>` +
      `<text class="value" x="${LABEL_WIDTH + width + 6}" y="${y + 17}">${count}</text>`
    );
  });
  return svg(title, bars.length * ROW, drawn.join(""));
}

const svg = (title: string, height: number, content: Markup): Markup =>
  `<svg viewBox="0 0 ${WIDTH} ${round(height)}" role="img" aria-label="${escaped(title)}">${content}</svg>`;

const centred = (x: number, y: number, text: string, cls: string): Markup =>
  `<text class="${cls}" text-anchor="middle" x="${x}" y="${round(y)}">${escaped(text)}</text>`;

const round = (n: number): number => Math.round(n * 10) / 10;
