import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Answer } from "../../gateway/cli/decode/row-decoder.ts";
import type { RowEvent } from "../../gateway/cli/decode/row-events.ts";

/** What a file of samples says of one event; what it leaves out may be anything. */
export interface Expectation {
  readonly kind: string;
  /** Null: any. */
  readonly device_id?: string | null;
  readonly battery?: number | null;
  readonly rssi?: number | null;
}

/** One line of a file of samples. */
export interface Sample {
  readonly bridge: string;
  readonly payload: string;
  /** One event among those that the row gives; a list: each of them; an empty list: no event at all. */
  readonly expect: Expectation | readonly Expectation[];
}

const isEvent = (event: RowEvent, { kind, device_id: id, battery, rssi }: Expectation): boolean =>
  event.kind === kind &&
  (id === undefined || id === null || event.deviceId === id) &&
  (battery === undefined || battery === null || event.batteryPct === battery) &&
  (rssi === undefined || rssi === null || event.rssiDbm === rssi);

/** Whether a row gave what its sample expects. */
export function isMatch({ events }: Answer, expect: Sample["expect"]): boolean {
  if (!Array.isArray(expect)) return events.some((event) => isEvent(event, expect as Expectation));
  const wanted = expect as readonly Expectation[];
  if (wanted.length === 0) return events.length === 0;
  return wanted.every((one) => events.some((event) => isEvent(event, one)));
}

/** An expectation that contradicts the grammar or its own row. */
export interface WrongExpectation {
  readonly bridge: string;
  /** Of the payload as it stands in the file, the first 16 hex digits. */
  readonly sha256: string;
  readonly reason: string;
}

export const digestOf = (payload: string): string => createHash("sha256").update(payload).digest("hex").slice(0, 16);

const WRONG = JSON.parse(
  readFileSync(new URL("wrong-expectations.json", import.meta.url), "utf8"),
) as readonly WrongExpectation[];

/** Why the expectation of a sample is wrong; null: it is not listed. docs/devices/conformance.md tells of each. */
export function wrongReason({ bridge, payload }: Sample): string | null {
  const digest = digestOf(payload);
  return WRONG.find((one) => one.bridge === bridge && one.sha256 === digest)?.reason ?? null;
}
