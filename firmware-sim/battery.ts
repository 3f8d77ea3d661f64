const DAY_MS = 86_400_000;

/** A primary cell: nearly flat for four fifths of its life, then falling fast. Life goes by time and by sending. */
export class Battery {
  readonly #lifeMs: number;
  readonly #sendCostMs: number;
  readonly #newAt: number;
  #sends = 0;

  /** `startPct`: how full the cell is at `now`. `lifeDays`: how long a full one lasts without a press. */
  constructor(now: number, startPct = 100, lifeDays = 365, sendCostMs = 20_000) {
    this.#lifeMs = lifeDays * DAY_MS;
    this.#sendCostMs = sendCostMs;
    this.#newAt = now - lifeUsedAt(startPct) * this.#lifeMs;
  }

  send(): void {
    this.#sends++;
  }

  /** 0 to 100, whole. */
  pct(now: number): number {
    const used = (now - this.#newAt + this.#sends * this.#sendCostMs) / this.#lifeMs;
    const left = used < 0.8 ? 100 - (15 * used) / 0.8 : (85 * (1 - used)) / 0.2;
    return Math.round(Math.min(100, Math.max(0, left)));
  }
}

const lifeUsedAt = (pct: number): number => (pct >= 85 ? ((100 - pct) * 0.8) / 15 : 1 - (pct * 0.2) / 85);
