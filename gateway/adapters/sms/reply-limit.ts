import type { DurationMs, EpochMs } from "../../core/units.ts";

export interface ReplyLimitSettings {
  readonly repliesMax: number;
  readonly repliesWithinMs: DurationMs;
  readonly repliersMax: number;
}

/** Words sent back to one number are few: two machines that answer each other would talk for ever. */
export class ReplyLimit {
  readonly #settings: ReplyLimitSettings;
  readonly #sent = new Map<string, EpochMs[]>();

  constructor(settings: ReplyLimitSettings) {
    this.#settings = settings;
  }

  /** Whether one more may go; counts it. */
  take(number: string, now: EpochMs): boolean {
    const { repliesMax, repliesWithinMs, repliersMax } = this.#settings;
    const recent = (this.#sent.get(number) ?? []).filter((at) => at <= now && now - at < repliesWithinMs);
    const may = recent.length < repliesMax;
    this.#sent.delete(number);
    this.#sent.set(number, may ? [...recent, now] : recent);
    if (this.#sent.size > repliersMax) this.#sent.delete([...this.#sent.keys()][0]!);
    return may;
  }
}
