import type { TimeWindow } from "./policy.ts";
import type { DurationMs, EpochMs } from "./units.ts";

/** Monday first. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What a layer's `days` may name beside weekdays and holidays by their name. */
export const DAY_KINDS = ["workdays", "weekends", "holidays"] as const;

export const DUTY_TARGETS = ["staffOnDuty", "volunteers", "family"] as const;
/** Whom a rota is about: who of the staff is called, or which volunteers or relatives are called first. */
export type DutyTarget = (typeof DUTY_TARGETS)[number];

/** People take turns. A turn begins at `handOverMin` of a day, or where the layer has hours, with them. */
export interface Turns {
  readonly every: "day" | "week";
  /** The day of the first turn, as `2026-11-02`; before it the layer has nobody. A week begins on its weekday. */
  readonly start: string;
  readonly handOverMin: number;
  /** So many people together: the first, then the next of the list. */
  readonly atOnce: number;
}

/** Some people, and when they are on duty. */
export interface RotaLayer {
  readonly name: string;
  /** Responders' ids; in turns, in this order. */
  readonly people: readonly string[];
  /** Days on which its shifts begin; null: every day. */
  readonly days: readonly string[] | null;
  /** Null: the whole day. */
  readonly hours: TimeWindow | null;
  /** Null: all of them at once. */
  readonly turns: Turns | null;
}

export interface Rota {
  readonly id: string;
  readonly name: string;
  readonly target: DutyTarget;
  /** Whose residents it is for; null: everybody's. */
  readonly buildings: readonly string[] | null;
  /** The first that has somebody is on duty, those behind it stand by. */
  readonly layers: readonly RotaLayer[];
}

/** Who instead, for a time. The newest that holds wins. */
export interface DutyOverride {
  readonly id: string;
  /** Null: every rota that has `instead`. */
  readonly rota: string | null;
  readonly from: EpochMs;
  /** Exclusive. */
  readonly to: EpochMs;
  /** Whose place is taken; null: that of everybody. */
  readonly instead: string | null;
  /** Nobody, where it is empty. */
  readonly people: readonly string[];
  /** Null: the duty file says so. */
  readonly by: string | null;
}

export interface Holiday {
  readonly name: string;
  /** As `2026-10-01`, both inclusive. */
  readonly from: string;
  readonly to: string;
}

/** A site's duty file. Values, never changed in place. */
export interface DutyPlan {
  /** The next and the present people are told so long before; null: nobody is told. */
  readonly noticeBeforeMs: DurationMs | null;
  readonly holidays: readonly Holiday[];
  /** Days of a weekend that are worked (调休). */
  readonly workdays: readonly string[];
  readonly rotas: readonly Rota[];
  readonly overrides: readonly DutyOverride[];
}
