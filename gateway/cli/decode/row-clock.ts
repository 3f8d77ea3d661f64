import { readObject } from "../../../devices/parts/text.ts";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Row } from "./row.ts";

/** How far apart rows are that say no time. */
export const ROW_EVERY_MS: DurationMs = 100;
/** Where the first row stands that says no time, and what times like `@1.5s` count from. */
export const FIRST_ROW_AT: EpochMs = Date.UTC(2026, 0, 1);

/** Fields in which bridges say when they heard something. */
const TIME_FIELDS = ["time", "Time", "received_at"];
/** Seconds since a recording began, as rtl_433 prints them. */
const SINCE_START = /^@(\d+(?:\.\d+)?)s$/;
const NO_ZONE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?$/;
/** Beyond it seconds would be milliseconds. */
const SECONDS_MAX = 1e11;

/** When each row of one connection came: as it says, as its payload says, or 100 ms for each row after the last. */
export class RowClock {
  #last: { readonly at: EpochMs; readonly row: number } | null = null;

  /** `row` counts all rows, those of other connections too. */
  timeOf({ receivedAt, payload }: Row, row: number): EpochMs {
    const at = receivedAt ?? ownTimeOf(payload) ?? this.#next(row);
    this.#last = { at, row };
    return at;
  }

  #next(row: number): EpochMs {
    const { at, row: last } = this.#last ?? { at: FIRST_ROW_AT, row: 0 };
    return at + (row - last) * ROW_EVERY_MS;
  }
}

/** What a JSON payload says of its time; a local time is read as UTC. Null: nothing. */
function ownTimeOf(payload: Uint8Array): EpochMs | null {
  if (payload[0] !== 0x7b) return null;
  const fields = readObject(Buffer.from(payload).toString("utf8"));
  for (const name of TIME_FIELDS) {
    const at = readTime(fields?.[name]);
    if (at !== null) return at;
  }
  return null;
}

function readTime(value: unknown): EpochMs | null {
  const seconds = typeof value === "number" ? value : typeof value === "string" ? Number(value || NaN) : NaN;
  if (seconds > 0 && seconds < SECONDS_MAX) return Math.round(seconds * 1_000);
  if (typeof value !== "string") return null;
  const since = SINCE_START.exec(value);
  if (since) return FIRST_ROW_AT + Math.round(Number(since[1]) * 1_000);
  const at = Date.parse(NO_ZONE.test(value) ? `${value.replace(" ", "T")}Z` : value);
  return Number.isFinite(at) ? at : null;
}
